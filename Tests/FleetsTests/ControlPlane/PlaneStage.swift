import Capabilities
import Control
import Decisions
import Server
import Synchronization
import SystemPackage
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Fleets

/// A tenant that is a process of this machine, moved by our own control plane, which is asked over HTTP.
final class PlaneStage: ContractStage {
  private static let token = "t0ken"

  let place: Workplace
  private let known = KnownImages()
  private let budget = Mutex(TimeSpan.seconds(20))
  private let address = Mutex<HTTPAddress?>(nil)
  private let connections: Connections

  private init(_ place: Workplace, _ connections: Connections) {
    self.place = place
    self.connections = connections
  }

  /// Serves the control plane while `body` runs.
  static func run(_ body: (PlaneStage) async throws -> Void) async throws {
    try await Workplace.run { place in
      try await Connections.open(version: "tests", silenceMax: .seconds(120)) { connections in
        let stage = PlaneStage(place, connections)
        let (ports, announce) = AsyncStream<UInt16>.makeStream(
          bufferingPolicy: .bufferingOldest(1))
        let served = try await stage.server(announcing: announce)
        let serving = Task {
          defer { announce.finish() }
          try await served.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
          try await serving.value
          throw TestFailure("expected the control plane to listen, found it at its end")
        }
        stage.address.withLock { $0 = Workplace.address(port: port) }
        let result: Result<Void, any Error>
        do { result = .success(try await body(stage)) } catch { result = .failure(error) }
        serving.cancel()
        // It ends with the cancellation, and nothing else is asked of it.
        _ = await serving.result
        try result.get()
      }
    }
  }

  private func server(
    announcing ports: AsyncStream<UInt16>.Continuation
  ) async throws -> ControlPlaneServer {
    let alarms = Alarms(clock: ContinuousClock())
    let fleet = MovingFleet(place: place) { self.budget.withLock(\.self) }
    let plane = try await ControlPlane(
      ControlPlane.Parts(
        fleet: fleet,
        runner: EffectRunner(
          forge: Nobody(), registry: known, fleet: fleet, alarms: alarms, jitter: { 0 }),
        registry: known, forge: Nobody(), journal: { .success(ControlState()) },
        image: "platform-tenant",
        location: MemoryImages.location, channels: ["latest"],
        settle: SettleBudget(
          budget: .seconds(10), pauseFirst: .milliseconds(50), pauseMax: .milliseconds(200),
          samples: 1),
        policy: OrderPolicy(withoutVersion: .refuse, unfenced: .refuse),
        files: KeptFiles(folder: place.folder.appending("plane").string), alarms: alarms,
        clock: Then(),
        say: { line in
          guard let place = line.firstRange(of: "listening on http://127.0.0.1:") else { return }
          if let port = UInt16(line[place.upperBound...]) { ports.yield(port) }
        }))
    let hash = digest(of: Array(Self.token.utf8))
    return ControlPlaneServer(
      plane, for: try AccessList(text: "boss admin \(hash)"), at: "127.0.0.1", port: 0,
      stoppingOn: [])
  }

  // MARK: - The stage of the contract

  var tenant: Tenant { place.tenant }
  var provesAbsence: Bool { false }
  var repeatsAnswers: Bool { true }
  var failurePrefix: String { "the control plane says that \(tenant.slug) failed: " }

  /// How long a tenant may take to start is said over there.
  func fleet(startBudget: TimeSpan) -> any Fleet {
    budget.withLock { $0 = startBudget }
    guard let address = address.withLock(\.self) else {
      preconditionFailure("the contract is held while the control plane is served")
    }
    return ControlPlaneFleet(
      tenants: [tenant], folder: place.folder.appending("client").string,
      plane: ControlPlaneFleet.Plane(
        address: address, token: Secret(Self.token), fencing: .required, tenantTime: .seconds(60),
        tag: { _ in nil }), connections: connections,
      prober: BuildInfoProber(fetch: LoopbackFetch()))
  }

  func image(_ commit: Commit, _ settings: [String]) async throws -> ImageReference {
    MemoryImages.location.at(
      known.add(commit) { digit in place.image(digit, commit, settings) })
  }

  func incarnation() async throws -> String? { try await place.pid().map { "\($0)" } }
}

/// The driver of processes with the start budget of the moment.
private struct MovingFleet: Fleet {
  let place: Workplace
  let budget: @Sendable () -> TimeSpan

  private var fleet: ProcessFleet {
    var limits = ProcessFleet.Limits()
    limits.startBudget = budget()
    return place.fleet(limits: limits)
  }

  func census() async -> Reading<Census> { await fleet.census() }
  func observe(_ tenant: Tenant) async -> Observation { await fleet.observe(tenant) }
  func redeploy(
    _ order: Redeploy, token: FencingToken, effect: EffectID
  ) async -> RedeployResult {
    await fleet.redeploy(order, token: token, effect: effect)
  }
}

/// A registry that knows of which commit the images of one test are, and nothing else.
private final class KnownImages: Registry {
  private let commits = Mutex<[Digest: Commit]>([:])

  /// Has an image made under a digit of its own.
  func add(_ commit: Commit, make: (Character) -> Digest) -> Digest {
    commits.withLock { commits in
      let digest = make(Array("abcdef")[commits.count])
      commits[digest] = commit
      return digest
    }
  }

  func inspect(_ reference: ImageReference) async -> Reading<ImageFacts> {
    guard case .digest(let digest) = reference.selector,
      let commit = commits.withLock({ $0[digest] })
    else { return .absent }
    return .found(
      ImageFacts(digest: digest, revision: .value(commit.text), source: .missing))
  }

  private static let unasked = Unknown(.unanswerable, "nothing is written in these tests")

  func point(_ write: TagWrite) async -> TagWriteResult { .refused(Self.unasked) }
  func manifest(_ reference: ImageReference) async -> Reading<KeptManifest> {
    .unknown(Self.unasked)
  }
  func copy(_ copy: ImageCopy) async -> ImageCopyResult { .failed(Self.unasked) }
  func bringReferrers(_ copy: ReferrerCopy) async -> BroughtReferrers {
    BroughtReferrers(brought: [], complaints: [])
  }
  func probe(_ probe: WriteProbe) async -> WriteProbeResult { .unanswered(Self.unasked) }
  func remove(_ removal: TagRemoval) async -> TagRemovalResult { .left(Self.unasked) }
}

/// A forge that knows nothing: a control plane asks none.
private struct Nobody: Forge {
  private static let nothing = Unknown(.unanswerable, "a control plane asks no forge")

  func head(of branch: BranchName) async -> Reading<Commit> { .unknown(Self.nothing) }
  func ancestry(of commit: Commit, from base: Commit) async -> Reading<Ancestry> {
    .unknown(Self.nothing)
  }
  func commit(named text: String) async -> Reading<Commit> { .unknown(Self.nothing) }
  func changedPaths(from base: Commit, to commit: Commit) async -> Reading<[String]> {
    .unknown(Self.nothing)
  }
}

/// Always the same moment.
private struct Then: WallClock {
  func now() -> Timestamp { Timestamp(milliseconds: 1_700_000_000_000) }
}
