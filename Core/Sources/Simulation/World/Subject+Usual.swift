import Control
import Decisions
public import Vocabulary

extension Simulator.Subject {
  /// A fleet of so many tenants under what `pawl init` writes: one canary, a minute of soak,
  /// batches of 3, 6, 12 and so on up to a tenth of the fleet, or other ones.
  public static func usual(
    tenants count: Int,
    batch: RolloutPlan.Batch = .growing(first: 3, factor: 2, capPercent: 10)
  ) -> Simulator.Subject {
    let tenants = Scenario.fleet(of: count)
    let scenario = Scenario(
      plan: ReleasePlan(
        releaseSet: Scenario.releaseSet(History.commit(0)), branch: "main",
        channels: [Scenario.channel("latest", .proven, lockDelay: .seconds(30))],
        gates: GatePlan(required: ["ci"], timeout: .minutes(60)),
        rollout: RolloutPlan(
          canary: .slugs([tenants[0].slug]), soak: .seconds(60),
          batch: batch, stragglersMax: 0,
          settle: SettleBudget(
            budget: .minutes(4), pauseFirst: .milliseconds(500), pauseMax: .seconds(10), samples: 2,
            experience: .unknown),
          onFailure: .halt, mustFinishAfter: 3),
        tenantImage: Scenario.images[1], tenantLocation: Scenario.location(Scenario.images[1])),
      last: 0)
    return Simulator.Subject(
      plans: commits.map { scenario.plan(releasing: $0) }, tenants: tenants)
  }
}

extension Simulator {
  /// Releases one commit to the fleet of `subject`, over one that all of it runs.
  /// - Parameters:
  ///   - isBad: whether the candidate comes up and dies a little later, which one look does not show.
  ///   - seed: draws how long requests and starts take, and when a bad candidate dies.
  public static func release(
    to subject: Subject, isBad: Bool, seed: UInt64 = 1
  ) -> FleetRelease {
    var history = History()
    _ = history.add(parents: [])
    _ = history.add(parents: [0])
    var scenario = Scenario(
      history: history, characters: [.good, isBad ? .diesLater : .good],
      tenants: subject.tenants, plan: subject.plans[0], initial: 0, last: 1)
    scenario.plans = subject.plans
    for context in scenario.plan.gates.required {
      scenario.report(context, of: 1, as: .success, at: 0)
    }
    scenario.order(1, at: 1)
    let world = World(
      scenario: scenario, faults: .none, random: SplitMix64(seed: seed), narrates: false)
    var violation: Violation?
    do throws(Violation) { try world.run() } catch { violation = error }
    precondition(violation == nil, "an undisturbed release breaks no promise")
    return FleetRelease(
      steps: world.steps, conclusion: world.state.runs.values.last?.conclusion,
      // Alarms of what has ended ring later.
      took: .milliseconds(world.measures.toFullFleet.last ?? world.now),
      exposed: world.tenants.count { $0.running == 1 },
      entries: (try? world.journal.entries(after: .start)) ?? [])
  }
}
