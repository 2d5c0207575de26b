import Capabilities
import Testing
import Vocabulary

/// Something in which a driver finds its tenants, for the clauses of ``DiscoveryContract``.
protocol DiscoveryStage: Sendable {
  func discovery() -> any TenantDiscovery

  /// One that asks where nobody answers.
  func discoveryOfNobody() -> any TenantDiscovery

  /// Makes one that says that it is `slug`, under a name of its own where `isTwin`, else under the one by
  /// which the driver moves it.
  func make(_ slug: String, _ labels: [String: String], isTwin: Bool) async throws

  /// Makes one that says nothing of the kind.
  func makeStranger() async throws

  /// Whether more is told than slugs.
  var tellsLabels: Bool { get }

  /// Moves `reno-stars` forward, and then to an image that crashes at start and gives way to the old one.
  func moveAndFail() async throws
}

/// What every driver that can find its tenants owes its callers.
enum DiscoveryContract: String, CaseIterable, CustomTestStringConvertible {
  case nobody = "where nobody says that they are a tenant the list is found, and empty"
  case everybody =
    "everybody who says so is found once, with address and labels, and nobody besides"
  case twins = "two that claim one name are both found, or the list is unknown"
  case moved = "a tenant that was moved and has failed meanwhile is found once, as it was"
  case down = "where nobody answers the list is unknown, and never empty"

  var testDescription: String { rawValue }

  func hold(on stage: some DiscoveryStage) async throws {
    switch self {
    case .nobody:
      try await stage.makeStranger()
      #expect(await stage.discovery().discover() == .found([]))
    case .everybody: try await holdEverybody(stage)
    case .twins: try await holdTwins(stage)
    case .moved: try await holdMoved(stage)
    case .down:
      guard case .unknown(let why) = await stage.discoveryOfNobody().discover() else {
        Issue.record("expected a list that is unknown")
        return
      }
      #expect(why.cause == .unreachable, "\(why)")
    }
  }

  private func holdEverybody(_ stage: some DiscoveryStage) async throws {
    try await stage.makeStranger()
    try await stage.make(
      "acme",
      [
        "pawl.url": "http://127.0.0.1:1", "pawl.ring": "canary", "pawl.class": "ephemeral",
        "pawl.window": "allow Sat 02:00-Sat 05:00 Europe/Berlin",
      ], isTwin: false)
    try await stage.make("reno-stars", [:], isTwin: false)

    let found = try #require(await stage.discovery().discover().value)
      .sorted { $0.slug < $1.slug }

    #expect(found.map(\.slug) == ["acme", "reno-stars"])
    #expect(found.allSatisfy { $0.objection == nil && !$0.isGoing }, "\(found)")
    #expect(Set(found.map(\.title)).count == 2)
    guard stage.tellsLabels, found.count == 2 else { return }
    #expect(found.map(\.address) == ["http://127.0.0.1:1", nil])
    #expect(found.map(\.windows) == ["allow Sat 02:00-Sat 05:00 Europe/Berlin", nil])
    #expect(
      found.map(\.labels) == [
        [.init(key: "ring", value: "canary"), .init(key: "class", value: "ephemeral")], [],
      ])
  }

  private func holdTwins(_ stage: some DiscoveryStage) async throws {
    try await stage.make("acme", [:], isTwin: false)
    try await stage.make("acme", [:], isTwin: true)

    switch await stage.discovery().discover() {
    case .unknown: break
    case .found(let found):
      #expect(found.map(\.slug) == ["acme", "acme"])
      #expect(Set(found.map(\.title)).count == 2, "\(found)")
    case .absent: Issue.record("expected both, or a list that is unknown")
    }
  }

  private func holdMoved(_ stage: some DiscoveryStage) async throws {
    try await stage.make(
      "reno-stars", ["pawl.url": "http://127.0.0.1:1", "pawl.ring": "canary"], isTwin: false)
    let before = await stage.discovery().discover()

    try await stage.moveAndFail()

    #expect(before.value?.count == 1, "\(before)")
    #expect(await stage.discovery().discover() == before)
  }
}

extension DiscoveryStage where Self: ContractStage {
  func moveAndFail() async throws {
    let one: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
    let two: Commit = "7f25373309eca54a36f08c371ff783c3a47c3f8d"
    let first = await redeploy(try await image(one), one, generation: 1)
    let second = await redeploy(
      try await image(two, ["TENANT_CRASH=start"]), two, generation: 2, effect: 2)

    #expect(first == .restarted)
    guard case .failed(_, restored: true) = second else {
      Issue.record("expected a failure after which the old one runs again, found \(second)")
      return
    }
  }
}
