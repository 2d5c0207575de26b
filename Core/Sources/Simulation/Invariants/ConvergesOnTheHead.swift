import Decisions
import Vocabulary

/// L1: after the world has healed and the newest commit was ordered, every tenant of the fleet runs
/// it within the stated bound.
struct ConvergesOnTheHead: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .atRest = moment, let healedAt = world.healedAt else { return }
    let last = world.scenario.last
    for tenant in world.tenants where tenant.isMember && tenant.running != last {
      throw Violation(
        id: "L1",
        sentence: "\(tenant.tenant.slug) was left behind; the last run \(world.lastEnding)")
    }
    let took = (world.movements.last?.at ?? 0) - healedAt
    let another = world.mayTakeAnotherOrder ? world.secondOrderAfter : 0
    guard took <= world.scenario.convergenceMax + another else {
      throw Violation(
        id: "L1", sentence: "converging took \(TimeSpan.milliseconds(took)) after the world healed")
    }
  }
}
