import Decisions
import Vocabulary

/// L11: in the end what is there is what pawl believes is there: every tenant of the fleet runs
/// what it was last told, and what is released is what the channels show.
struct ActualIsDesired: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .atRest = moment, world.healedAt != nil else { return }
    let commits = world.scenario.history.commits
    for tenant in world.tenants where tenant.isMember {
      let placed = world.state.facts.placements[tenant.tenant.slug]?.commit
      guard placed == tenant.running.map({ commits[$0] }) else {
        throw Violation(
          id: "L11",
          sentence: "\(tenant.tenant.slug) runs something else than \(placed?.short ?? "nothing")")
      }
    }
    guard world.state.facts.releases.current == commits[world.scenario.last] else {
      throw Violation(id: "L11", sentence: "what is released is not what the channels show")
    }
  }
}
