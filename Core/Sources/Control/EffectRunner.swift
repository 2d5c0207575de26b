public import Capabilities
public import Decisions
public import Vocabulary

/// Performs one effect through the capability it needs, and says what came of it. Decides nothing.
public struct EffectRunner: Sendable {
  private let forge: any Forge
  private let registry: any Registry
  private let fleet: any Fleet
  private let examiner: any Examiner
  private let alarms: Alarms
  private let jitter: @Sendable () -> UInt64

  /// - Parameter jitter: random numbers that spread polling; nothing else depends on them.
  public init(
    forge: any Forge, registry: any Registry, fleet: any Fleet,
    examiner: any Examiner = NoExaminer(), alarms: Alarms,
    jitter: @escaping @Sendable () -> UInt64
  ) {
    self.forge = forge
    self.registry = registry
    self.fleet = fleet
    self.examiner = examiner
    self.alarms = alarms
    self.jitter = jitter
  }

  /// Performs `effect`.
  /// - Parameter isWanted: asked between two samples; a poll nobody wants any more ends.
  /// - Returns: the outcome, or nil when the task was cancelled or the effect is not wanted any more.
  public func perform(
    _ effect: Effect, token: FencingToken, isWanted: @Sendable () async -> Bool
  ) async -> Outcome? {
    switch effect.action {
    case .inspect(let reference):
      return .inspected(await registry.inspect(reference))
    case .head(let branch):
      return .head(await forge.head(of: branch))
    case .compare(let base, let commit):
      return .compared(await forge.ancestry(of: commit, from: base))
    case .census:
      return .census(await fleet.census())
    case .observe(let tenant):
      return .observed(await fleet.observe(tenant))
    case .redeploy(let order):
      return .redeployed(await fleet.redeploy(order, token: token, effect: effect.id))
    case .point(let write):
      return .pointed(await registry.point(write))
    case .copy(let copy):
      return .copied(await registry.copy(copy))
    case .keep(let reference):
      return .kept(await registry.manifest(reference))
    case .remove(let removal):
      return .removed(await registry.remove(removal))
    case .bring(let copy):
      return .brought(await registry.bringReferrers(copy))
    case .probe(let probe):
      return .probed(await registry.probe(probe))
    case .settle(let tenant, let expected, let budget):
      return await settle(tenant, expected: expected, budget, isWanted: isWanted).map(
        Outcome.settled)
    case .examine(let question):
      return .examined(await examiner.answer(question))
    case .wait(_, let span):
      do { try await alarms.pause(for: span) } catch { return nil }
      return .rang
    }
  }

  /// Samples a tenant as ``Settle`` asks until it concludes; nil when it was cancelled, or is not wanted any
  /// more.
  public func settle(
    _ tenant: Tenant, expected: Commit, _ budget: SettleBudget, isWanted: @Sendable () async -> Bool
  ) async -> Receipt? {
    var settle = Settle(tenant: tenant.slug, expected: expected, budget: budget)
    let elapsed = alarms.stopwatch()
    while true {
      let observation = await fleet.observe(tenant)
      switch settle.receive(observation, elapsed: elapsed(), jitter: jitter()) {
      case .concluded(let receipt): return receipt
      case .sampleAgain(let pause):
        do { try await alarms.pause(for: pause) } catch { return nil }
        guard await isWanted() else { return nil }
      }
    }
  }
}
