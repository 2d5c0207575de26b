import Glibc
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

/// A fleet whose tenants are moved by a small shell program, such as a user would write one: it starts the
/// sample tenant, waits until it answers, and goes back to what ran before when it does not.
struct Mover: Sendable {
  static let first: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
  static let second: Commit = "7f25373309eca54a36f08c371ff783c3a47c3f8d"

  let folder: FilePath
  let tenant: Tenant

  static func run(_ body: (Mover) async throws -> Void) async throws {
    // As pawl does at its start: a program may end without reading what it is told.
    signal(SIGPIPE, SIG_IGN)
    let program = try await SampleTenant.bytes()
    try await withTemporaryDirectory { folder in
      let ports = try Ports(1)
      defer { withExtendedLifetime(ports) {} }
      let mover = Mover(
        folder: folder,
        tenant: Tenant(
          slug: "reno-stars", address: Workplace.address(port: ports.numbers[0]),
          labels: [.init(key: "ring", value: "canary")]))
      try await writeProgram(program, to: mover.path("tenant"))
      try await writeProgram(MoverProgram.script, to: mover.path("mover"))
      let result: Result<Void, any Error>
      do {
        result = .success(try await body(mover))
      } catch {
        result = .failure(error)
      }
      if let pid = try mover.pid() { kill(pid, SIGKILL) }
      try result.get()
    }
  }

  func path(_ name: String) -> String { folder.appending(name).string }

  func write(_ text: String, to name: String) throws {
    try Disk.replace(folder.appending(name), with: Array(text.utf8))
  }

  func text(_ name: String) throws -> String? {
    try Disk.read(folder.appending(name), bytesMax: 1 << 20).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// Expects a file beside the program to hold exactly this.
  func expect(
    _ name: String, _ content: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try text(name)
    #expect(found == content, sourceLocation: sourceLocation)
  }

  /// Expects the program to have been run so often.
  func expectCalls(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let calls = try text("calls")?.split(separator: "\n").count ?? 0
    #expect(calls == count, sourceLocation: sourceLocation)
  }

  /// The process of the tenant, as the program wrote it down.
  func pid() throws -> pid_t? {
    try text("reno-stars")?.split(separator: " ").first.flatMap { pid_t($0) }
  }

  static let digest = MemoryImages.digest("a")
  static let other = MemoryImages.digest("b")

  func fleet(
    executable: String = "./mover",
    arguments: [CommandWord] = ["{slug}", "{url}", "{digest}", "{commit}"],
    timeLimit: TimeSpan = .seconds(30)
  ) -> CommandFleet {
    CommandFleet(
      tenants: [tenant], folder: folder.appending("fleet").string,
      program: CommandFleet.Program(
        executable: executable, arguments: arguments,
        environment: ["PATH": "/usr/bin:/bin", "REGION": "eu"], folder: folder.string,
        timeLimit: timeLimit),
      prober: BuildInfoProber(fetch: LoopbackFetch()))
  }

  /// Sends an order as the leader of `epoch` would.
  func redeploy(
    _ digest: Digest = Mover.digest, _ commit: Commit = Mover.first, generation: UInt64 = 1,
    epoch: UInt64 = 1, effect: UInt64 = 1, manner: Redeploy.Manner = .restart,
    by fleet: CommandFleet? = nil
  ) async -> RedeployResult {
    await (fleet ?? self.fleet()).redeploy(
      Redeploy(
        tenant: tenant, location: MemoryImages.location, digest: digest, commit: commit,
        generation: Generation(generation), manner: manner),
      token: FencingToken(generation: Generation(generation), epoch: Epoch(epoch)),
      effect: EffectID(effect))
  }
}
