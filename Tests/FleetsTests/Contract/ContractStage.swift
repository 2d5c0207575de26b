import Capabilities
import Vocabulary

/// One tenant of a driver, on whatever really moves it, for the clauses of ``FleetContract``.
protocol ContractStage: Sendable {
  var tenant: Tenant { get }

  /// A driver as a process of its own would make it.
  func fleet(startBudget: TimeSpan) -> any Fleet

  /// Puts an image of the sample tenant where the driver pulls from.
  func image(_ commit: Commit, _ settings: [String]) async throws -> ImageReference

  /// Makes what the driver expects somebody else to have made, for the first order. It runs nothing yet.
  func prepare() async throws

  /// Whether the driver can prove that nothing was ever deployed.
  var provesAbsence: Bool { get }

  /// Whether an order that was sent before is answered with what it came to then, and not with how things
  /// are.
  var repeatsAnswers: Bool { get }

  /// What a tenant that did not come up is told with, before the driver's own sentence.
  var failurePrefix: String { get }

  /// What tells one start of the tenant from the next; nil when it does not run.
  func incarnation() async throws -> String?
}

extension ContractStage {
  func prepare() async throws {}

  var provesAbsence: Bool { true }
  var repeatsAnswers: Bool { false }
  var failurePrefix: String { "" }

  var fleet: any Fleet { fleet(startBudget: .seconds(20)) }

  func image(_ commit: Commit) async throws -> ImageReference { try await image(commit, []) }

  /// Sends an order as the leader of `epoch` would.
  func redeploy(
    _ image: ImageReference, _ commit: Commit, generation: UInt64, epoch: UInt64 = 1,
    effect: UInt64 = 1, manner: Redeploy.Manner = .restart, by fleet: (any Fleet)? = nil
  ) async -> RedeployResult {
    guard case .digest(let digest) = image.selector else { return .notSent }
    return await (fleet ?? self.fleet).redeploy(
      Redeploy(
        tenant: tenant, location: image.location, digest: digest, commit: commit,
        generation: Generation(generation), manner: manner),
      token: FencingToken(generation: Generation(generation), epoch: Epoch(epoch)),
      effect: EffectID(effect))
  }
}
