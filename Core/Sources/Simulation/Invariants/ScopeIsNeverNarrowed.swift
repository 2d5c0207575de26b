import Decisions

/// I21: an empty, doubled or sharply smaller list of tenants moves nobody.
struct ScopeIsNeverNarrowed: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .sent(let effect, _) = moment, case .redeploy = effect.action,
      let run = world.state.runs[effect.run], let rollout = run.rollout, !run.isOnTheWayBack
    else { return }
    let facts = world.state.facts
    let last = (run.isFollowUp ? facts.following?.slugs.count : facts.scopeCount) ?? 0
    guard rollout.tenants.count * 2 < last else { return }
    throw Violation(
      id: "I21",
      sentence: "\(run.id) moves a fleet of \(rollout.tenants.count), last time it was \(last)")
  }
}
