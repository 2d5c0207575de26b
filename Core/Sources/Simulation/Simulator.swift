import Decisions
import OrderedCollections
public import Vocabulary

/// Turns seeds into simulated deliveries and checks every promise in them.
public enum Simulator {
  /// The largest starvation bound that is drawn.
  public static let supersededBoundMax = Scenario.mustFinishAfterMax
  /// More images than this in one release set are not simulated.
  public static let imagesMax = Scenario.imagesMax

  /// What is asked of a delivery.
  public enum Mode: String, Sendable, CaseIterable {
    /// Everything goes wrong for as long as it lasts; nothing bad may happen.
    case safety
    /// After an hour the world heals, and the delivery has to converge within a stated bound.
    case liveness
  }

  /// Somebody's own delivery, instead of one that is drawn anew for every seed.
  public struct Subject: Sendable {
    /// A plan for every commit, frozen as `pawl deploy` freezes it.
    let plans: [ReleasePlan]
    public let tenants: [Tenant]

    /// How many commits a delivery can have.
    public static let commitsMax = 8
    /// The commits that plans are needed for.
    public static let commits = (0..<commitsMax).map { History.commit($0) }

    /// - Parameter plans: one for each of ``commits``, in order.
    public init(plans: [ReleasePlan], tenants: [Tenant]) {
      precondition(plans.count == Self.commitsMax, "there is a plan for every commit")
      precondition(!tenants.isEmpty, "a fleet has tenants")
      self.plans = plans.map(\.withoutWindows)
      self.tenants = tenants.map { $0.movable(in: nil) }
    }
  }

  /// What one seed came to.
  public struct Report: Sendable {
    public let seed: UInt64
    public let mode: Mode
    public let steps: Int
    /// The same for the same seed and build, in every process.
    public let traceHash: UInt64
    public let violation: Violation?
    /// How the runs ended, in order.
    public let conclusions: [Conclusion]
    /// Every fault that struck, in order.
    public let strikes: [Strike]
    public let coverage: Coverage
    public let measures: Measures
    /// How many orders were to be given.
    let ordersCount: Int
    /// Empty unless asked for.
    public let timeline: Timeline

    /// The one line that brings a failure back.
    public var reproduction: String {
      "seed \(seed), \(mode): \(violation.map(\.description) ?? "no violation") "
        + "(reproduce: pawl rehearse --from \(seed) --seeds 1 --mode \(mode))"
    }
  }

  /// How long after the world healed the last movement may come (liveness L1): three hours, or more where the
  /// plan needs more for so many tenants.
  public static func convergenceMax(of subject: Subject? = nil) -> TimeSpan {
    guard let subject else { return .milliseconds(Scenario.convergenceMin) }
    let scenario = Scenario(tenants: subject.tenants, plan: subject.plans[0], last: 0)
    return .milliseconds(scenario.convergenceMax)
  }

  /// Simulates the delivery of one seed.
  public static func run(
    seed: UInt64, mode: Mode = .liveness, subject: Subject? = nil, narrates: Bool = false
  ) -> Report {
    run(Replay(seed: seed, mode: mode), subject: subject, narrates: narrates)
  }

  /// Simulates what a replay says.
  public static func run(
    _ replay: Replay, subject: Subject? = nil, narrates: Bool = false
  ) -> Report {
    let drawn = Drawn(replay, subject: subject)
    return run(drawn.scenario, drawn.faults, drawn.random, replay, narrates: narrates)
  }

  static func run(
    _ scenario: Scenario, _ faults: Faults, _ random: SplitMix64, _ replay: Replay, narrates: Bool
  ) -> Report {
    let world = World(scenario: scenario, faults: faults, random: random, narrates: narrates)
    var violation: Violation?
    do throws(Violation) { try world.run() } catch { violation = error }
    if let violation { world.tell(.faults, "violated \(violation)") }
    return Report(
      seed: replay.seed, mode: replay.mode, steps: world.steps, traceHash: world.traceHash,
      violation: violation, conclusions: world.state.runs.values.compactMap(\.conclusion),
      strikes: world.strikes, coverage: world.coverage, measures: world.finalMeasures(),
      ordersCount: scenario.orders.count,
      timeline: world.timeline ?? Timeline())
  }
}

extension ReleasePlan {
  /// Release windows are in calendars, and virtual time is in none.
  fileprivate var withoutWindows: ReleasePlan {
    var plan = self
    plan.gates.rules?.windows = []
    return plan
  }
}

extension World {
  fileprivate func finalMeasures() -> Measures {
    var measures = measures
    if let healedAt { measures.toConverge = max(0, (movements.last?.at ?? 0) - healedAt) }
    for commit in scenario.characters.indices where scenario.characters[commit] != .good {
      var exposed: OrderedSet<Movement.Subject> = []
      for movement in movements where movement.commit == commit {
        if case .tenant = movement.subject { exposed.append(movement.subject) }
      }
      if !exposed.isEmpty { measures.exposures.append(exposed.count) }
    }
    return measures
  }
}
