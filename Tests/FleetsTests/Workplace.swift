import Glibc
import Subprocess
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

/// A fleet of real processes for one test: its folder, its images, and the certainty that nothing is left
/// running.
struct Workplace: Sendable {
  static let first: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
  static let second: Commit = "7f25373309eca54a36f08c371ff783c3a47c3f8d"
  static let third: Commit = "0899aafab4550899aafab4550899aafab4550899"

  let folder: FilePath
  let images = MemoryImages()
  let program: [UInt8]
  /// Its port is nobody else's for as long as ``ports``.
  let tenant: Tenant
  private let ports: Ports

  /// Runs `body` in a fresh folder, then ends every process the fleet has on record and removes the folder,
  /// whether `body` threw or not.
  static func run(_ body: (Workplace) async throws -> Void) async throws {
    var template = Array("/tmp/pawl-fleet-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&template).map { FilePath(platformString: $0) })
    let program = try await SampleTenant.bytes()
    let ports = try Ports(1)
    let workplace = Workplace(
      folder: folder, program: program,
      tenant: Tenant(slug: "reno-stars", address: address(port: ports.numbers[0])), ports: ports)
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(workplace))
    } catch {
      result = .failure(error)
    }
    try await workplace.fleet().stopAll()
    withExtendedLifetime(ports) {}
    try Disk.removeTree(folder)
    try result.get()
  }

  static func address(port: UInt16) -> HTTPAddress {
    HTTPAddress(normalized: "http://127.0.0.1:\(port)")
  }

  /// A driver on this folder; each has no memory but what is on disk.
  func fleet(_ tenants: [Tenant]? = nil, limits: ProcessFleet.Limits = .init()) -> ProcessFleet {
    ProcessFleet(
      tenants: tenants ?? [tenant], folder: folder.string, images: images,
      prober: BuildInfoProber(fetch: LoopbackFetch()), limits: limits)
  }

  /// Puts an image of the sample tenant under the digest of `digit`.
  func image(_ digit: Character, _ commit: Commit, _ settings: String...) -> Digest {
    image(digit, commit, settings)
  }

  func image(_ digit: Character, _ commit: Commit, _ settings: [String]) -> Digest {
    var archive = TarArchive()
    archive.folder("app")
    archive.file("app/tenant", program, mode: 0o755)
    return images.add(
      digit,
      MemoryImages.Image(
        environment: ["GIT_SHA=\(commit)"] + settings, layers: [archive.finished]))
  }

  func order(
    _ digest: Digest, _ commit: Commit, generation: UInt64, for tenant: Tenant? = nil,
    manner: Redeploy.Manner = .restart
  ) -> Redeploy {
    Redeploy(
      tenant: tenant ?? self.tenant, location: MemoryImages.location, digest: digest,
      commit: commit, generation: Generation(generation), manner: manner)
  }

  /// Sends the order as the leader of `epoch` would.
  func redeploy(
    _ digest: Digest, _ commit: Commit, generation: UInt64, epoch: UInt64 = 1, effect: UInt64 = 1,
    manner: Redeploy.Manner = .restart, by fleet: ProcessFleet? = nil
  ) async -> RedeployResult {
    await (fleet ?? self.fleet()).redeploy(
      order(digest, commit, generation: generation, manner: manner),
      token: FencingToken(generation: Generation(generation), epoch: Epoch(epoch)),
      effect: EffectID(effect))
  }

  /// The tenant's folder, to look into or to leave there what a killed pawl would have left.
  var tenantFolder: TenantFolder { TenantFolder(of: tenant.slug, in: folder) }

  func state() throws -> TenantState { try #require(try tenantFolder.load(TenantState.self)) }

  /// The number of the tenant's process, if it runs.
  func pid() async throws -> Int32? { try await fleet().records().first?.pid }
}

/// The sample tenant, built once.
enum SampleTenant {
  static func bytes() async throws -> [UInt8] {
    let root = FilePath(#filePath).removingLastComponent().removingLastComponent()
      .removingLastComponent()
    let build = try await Subprocess.run(
      .path(root.appending("scripts/build-tenant")), output: .string(limit: 4_096),
      error: .string(limit: 65_536))
    try #require(build.terminationStatus.isSuccess, "\(build.standardError)")
    let path = build.standardOutput.split(separator: "\n").last.map(String.init) ?? ""
    return try #require(try Disk.read(FilePath(path), bytesMax: 64 << 20))
  }
}
