import Foundation
import Glibc
import Synchronization
import SystemPackage
import TestSupport
import Testing
import Vocabulary

/// `pawl promote` over two real registries is taken away with `kill -9` before each of its requests in turn,
/// and the same command again finishes what it began.
///
/// Each takes seconds, so a run takes one in ``step``, others each time, and `make long` takes all of them.
@Suite(.timeLimit(.minutes(30)))
struct PromotionKillTests {
  private static let step = Length.of(short: 10, long: 1)

  @Test func `a promotion that is killed between any two requests is finished by the same command`()
    async throws
  {
    var layout = Layout(commits: 2)
    layout.tenants = ["anna"]
    try await withStage(layout) { stage in
      let trap = Trap(processIn: stage.path("pawl.pid"))
      try await withFaultyProxy(to: stage.registry.host.port, reading: trap.verdict) { proxy in
        let ground = KillGround(stage: stage, trap: trap, proxy: proxy)
        try await ground.prepare()

        var tally = Tally()
        let first = Int.random(in: 1...Self.step)
        var next = first
        while try await ground.promote(killedAt: next, &tally) { next += Self.step }

        say(
          "kill -9 before request \(first) of a promotion and every \(Self.step) after it, "
            + "of \(ground.trap.seen): \(tally)")
        #expect(ground.trap.seen > 40)
        #expect(tally.kills > 40 / Self.step - 1, "\(tally)")
        if Self.step == 1 { #expect(tally.old > 0 && tally.new > 0, "\(tally)") }
      }
    }
  }
}

/// What the tags showed right after a kill.
private struct Tally: CustomStringConvertible {
  var old = 0
  var mixed = 0
  var new = 0

  var kills: Int { old + mixed + new }

  var description: String { "all old after \(old), mixed after \(mixed), all new after \(new)" }
}

/// Kills a process, by the number it has written down, when a request of a number comes by.
private final class Trap: Sendable {
  private struct State {
    var seen = 0
    var killsAt: Int?
  }

  private let file: String
  private let state = Mutex(State())

  init(processIn file: String) { self.file = file }

  /// Counts anew; nil lets everything pass.
  func arm(at number: Int?) { state.withLock { $0 = State(killsAt: number) } }

  /// How many requests came by since then.
  var seen: Int { state.withLock(\.seen) }

  var verdict: FaultyProxy.Script {
    { [self] _, bytes in
      // A body that is sent comes in many pieces; what is counted is where a request begins.
      let methods = ["GET ", "HEAD ", "PUT ", "POST ", "DELETE "]
      guard methods.contains(where: { bytes.starts(with: $0.utf8) }) else { return .pass }
      let isDue = state.withLock { state in
        state.seen += 1
        return state.seen == state.killsAt
      }
      guard isDue, let text = try? String(contentsOfFile: file, encoding: .utf8),
        let process = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)), process > 1
      else { return .pass }
      kill(process, SIGKILL)
      return .lost
    }
  }
}

/// A fleet that runs the newer commit, and a channel that shows the older one.
private struct KillGround {
  let stage: Stage
  let trap: Trap
  let proxy: FaultyProxy

  func prepare() async throws {
    trap.arm(at: nil)
    try stage.write(settings(mirror: nil))
    try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
    let rolled = try await stage.pawl("rollout", "--sha", stage.commits[1].text)
    guard rolled.code == 0 else { throw TestFailure("expected the fleet to move: \(rolled)") }
    try copyFolder("journal", to: "journal-before")
  }

  /// Promotes from the same beginning, with a registry that holds nothing yet beside the first.
  /// - Returns: whether there was a request of that number.
  func promote(killedAt number: Int, _ tally: inout Tally) async throws -> Bool {
    try copyFolder("journal-before", to: "journal")
    try await putBack()
    var isKilled = false
    var counted = tally
    try await withRegistry { mirror in
      try await withFaultyProxy(to: mirror.host.port, reading: trap.verdict) { second in
        try stage.write(settings(mirror: second))
        trap.arm(at: number)
        let ended = try await promote()
        isKilled = ended.code == 128 + 9
        guard isKilled else {
          #expect(ended.code == 0, "\(ended)")
          return
        }
        trap.arm(at: nil)
        try await look(at: mirror, &counted, "killed before request \(number)")
        let again = try await promote()
        #expect(again.code == 0, "after a kill before request \(number): \(again)")
        #expect(try await shown(in: mirror) == both(1), "killed before request \(number)")
        #expect(try await stage.remembered().openIntents == [])
      }
    }
    tally = counted
    return isKilled
  }

  /// The two images in the first registry, then in the second; nil where there is no such tag.
  private func shown(in mirror: RegistryServer) async throws -> [Digest?] {
    var digests = try await stage.latest()
    for repository in Images.repositories {
      digests.append(try await mirror.manifest(repository, "latest").map { digest(of: $0) })
    }
    return digests
  }

  private func both(_ number: Int) async throws -> [Digest?] {
    let built = try await stage.built(stage.commits[number])
    return built + built
  }

  private func look(
    at mirror: RegistryServer, _ tally: inout Tally, _ place: String
  ) async throws {
    let found = try await shown(in: mirror)
    let new = try await both(1)
    let old = try await stage.built(stage.commits[0]) + [nil, nil]
    switch found {
    case old: tally.old += 1
    case new: tally.new += 1
    default:
      tally.mixed += 1
      #expect(zip(found, zip(old, new)).allSatisfy { $0 == $1.0 || $0 == $1.1 }, "\(place)")
      // What a mixed channel is to become stands in the journal.
      #expect(try await stage.remembered().openIntents != [], "\(place)")
    }
  }

  private func promote() async throws -> Ended {
    try await process(
      "timeout",
      [
        "--foreground", "120", "bash", "-c", "echo $$ >\"$0\"; exec \"$@\"", stage.path("pawl.pid"),
        try Programs.pawl(), "promote", "--sha", stage.commits[1].text, "--config",
        stage.path("pawl.yaml"),
      ],
      environment: [
        "HOME": stage.folder.string, "PAWL_ACTOR": "tester", "SWIFT_BACKTRACE": "enable=no",
      ])
  }

  /// Points the tags of the first registry back.
  private func putBack() async throws {
    for repository in Images.repositories {
      let tag = try Images.tag(stage.commits[0]).text
      let bytes = try #require(try await stage.registry.manifest(repository, tag))
      try await stage.registry.push(
        BuiltManifest(
          bytes: bytes, mediaType: "application/vnd.oci.image.manifest.v1+json", blobs: [],
          children: []), to: repository, tags: ["latest"])
    }
  }

  private func settings(mirror: FaultyProxy?) -> String {
    let first = stage.settings.replacing(
      "host: \"\(stage.registry.host)\"", with: "host: \"127.0.0.1:\(proxy.port)\"")
    guard let mirror else { return first }
    return first.replacing(
      "  local:", with: "  mirror: {host: \"127.0.0.1:\(mirror.port)\", copy_from: local}\n  local:"
    ).replacing("  driver: processes", with: "  driver: processes\n    registry: local")
  }

  private func copyFolder(_ source: String, to target: String) throws {
    try? FileManager.default.removeItem(atPath: stage.path(target))
    try FileManager.default.copyItem(atPath: stage.path(source), toPath: stage.path(target))
  }
}

extension RegistryHost {
  fileprivate var port: UInt16 {
    guard let port = text.split(separator: ":").last.flatMap({ UInt16($0) }) else {
      preconditionFailure("a registry of the tests says its port")
    }
    return port
  }
}
