public import Vocabulary

/// Moves a fleet to one candidate, wave after wave, and proves every tenant (invariants I2, I12–I15).
///
/// It begins by freezing the scope and looking at every tenant, so that nothing is touched when one of them
/// would have to go backwards; it ends with a fresh look at all of them.
public struct Rollout: Hashable, Sendable, Codable {
  public enum Phase: Hashable, Sendable, Codable {
    case counting
    case surveying
    /// Waiting to learn how what tenants run stands to the candidate.
    case judging
    /// The next wave is due, and has to wait for ``freeze``.
    case paused
    case moving
    case soaking
    /// After the soak: is the wave still proven?
    case reproving
    /// After the last wave: who has come and gone?
    case recounting
    /// After the last wave: is everybody still proven?
    case proving
    case reverting
    case ended
  }

  /// How it ended.
  enum Result: Hashable, Sendable {
    /// Every tenant in scope but the quarantined is proven; `moved` tells whether any was restarted.
    case proven(moved: Bool, quarantined: [TenantSlug])
    /// The followers were moved as far as they let themselves be; the table of tenants tells how far.
    case followed
    case failed(Conclusion, String)
  }

  /// What a run lets its rollout do.
  struct Mandate: Hashable, Sendable, Codable {
    let candidate: Candidate
    let plan: ReleasePlan
    let generation: Generation
    /// The tenants that alone are meant, and restarted also when they are well; nil when all are.
    let only: [TenantSlug]?
    /// Whether tenants may be moved at all, or only proven where they are.
    let mayMove: Bool
    /// Whether a named person allowed tenants to go backwards.
    let mayGoBackwards: Bool
    /// Whether a named person allowed the fleet to have shrunk.
    let mayShrink: Bool
    /// Whether a failure takes tenants back, under the next generation.
    let revertsOnFailure: Bool
    /// Whether tenants are left where they are outside of their windows. Nil, as in states from before there
    /// were any, when a person's order to these tenants goes before.
    var heedsWindows: Bool?
    /// Which part of the fleet it is about; nil when it is about all that are counted.
    var part: Part?
  }

  @Boxed private(set) var mandate: Mandate
  public internal(set) var phase = Phase.counting
  public internal(set) var tenants = TenantTable()
  public internal(set) var waves: [Wave] = []
  public internal(set) var waveIndex = 0
  /// Who was left out of the scope when it was frozen; nil when nobody was.
  public internal(set) var leftOut: [Census.LeftOut]?
  /// Who came and went while tenants were moved; nil when nobody did, or when nobody looked.
  public internal(set) var meanwhile: Meanwhile?
  /// Why no further wave begins now; nil when nothing is in its way. As it was when the rollout was last told
  /// anything.
  public internal(set) var freeze: String?
  /// Whether any tenant was restarted.
  var hasMoved = false
  /// The failure that a revert is under way for.
  var failure: Failure?

  struct Failure: Hashable, Sendable, Codable {
    let conclusion: Conclusion
    let sentence: String
  }

  init(_ mandate: Mandate) { self.mandate = mandate }

  public var candidate: Candidate { mandate.candidate }
  var commit: Commit { mandate.candidate.commit }
  var plan: RolloutPlan { mandate.plan.rollout }

  /// The wave that is being moved, soaked or proven again.
  public var wave: Wave? { waves.indices.contains(waveIndex) ? waves[waveIndex] : nil }

  /// Tenants that failed so far.
  public var failed: [TenantSlug] {
    guard tenants.counts.failed > 0 else { return [] }
    return tenants.compactMap { progress in
      if case .failed = progress.status { progress.tenant.slug } else { nil }
    }
  }

  /// Whether it can only end in failure: no further tenant may be told to move to the candidate.
  var isFailing: Bool { phase != .reverting && phase != .ended && isBeyondTolerance }

  func start() -> Progress<Result> { .act([.census]) }

  /// Takes in one answer. Answers that no longer fit, because they are late or come twice, change nothing.
  /// - Parameter epoch: under which the answer came, and so the order went.
  mutating func receive(
    _ outcome: Outcome, of action: Action, _ facts: Facts, _ safety: Safety, at now: Timestamp,
    under epoch: Epoch
  ) -> Progress<Result> {
    switch (action, outcome) {
    case (.census, .census(let reading)) where phase == .counting:
      return freeze(reading, facts, safety)
    case (.census, .census(let reading)) where phase == .recounting:
      meanwhile = Meanwhile(since: tenants, reading.map { $0.part(mandate.part) })
      return proveAgain(tenants.keys, as: .proving, facts, at: now)
    case (.observe(let tenant), .observed(let observation)) where phase == .surveying:
      return survey(tenant.slug, observation, facts, at: now)
    case (.compare, .compared) where phase == .judging:
      return judge(facts, at: now)
    case (.redeploy(let order), .redeployed(let result)):
      return obeyed(order, result, facts, at: now, under: epoch)
    case (.settle(let tenant, _, _), .settled(let receipt)) where phase == .soaking:
      return settledInSoak(tenant.slug, receipt, facts)
    case (.settle(let tenant, _, _), .settled(let receipt)):
      return settled(tenant.slug, receipt, facts, at: now)
    case (.wait(.reproof(let name), _), .rang) where phase == .soaking && name == wave?.name:
      return proveInSoak()
    case (.wait(.soak, _), .rang) where phase == .soaking:
      return proveAgain(wave?.tenants ?? [], as: .reproving, facts, at: now)
    default:
      return .waiting
    }
  }
}
