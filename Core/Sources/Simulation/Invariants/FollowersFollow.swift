import Decisions
import Vocabulary

/// I28: no release, and no rollback, moves a tenant that follows by its plan; a follow-up moves nobody else,
/// and only to what a channel that follows proof has shown, and nobody has rolled back from since.
struct FollowersFollow: Invariant {
  /// Every commit that such a channel has been moved to, as far as is known: not what it showed already
  /// when an older copy of the journal was restored, or somebody else had put there. What it shows now
  /// counts, too.
  private var shown: Set<Commit>

  /// - Parameter state: what is believed when the watching begins.
  init(resuming state: ControlState) {
    shown = Set(state.facts.releases.all.filter(\.isPromoted).map(\.candidate.commit))
  }

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .tagMoved(let write, _, _):
      guard world.followsProof(write), let index = Scenario.commit(of: write.digest) else { return }
      shown.insert(world.scenario.history.commits[index])
    case .sent(let effect, _):
      guard case .redeploy(let order) = effect.action, let run = world.state.runs[effect.run],
        let followers = run.plan.rollout.followers, run.tenantsNamed == nil
      else { return }
      // Who follows is read from the scenario, and not from the order.
      let labels = world.indexes[order.tenant.slug].map { world.scenario.tenants[$0].labels } ?? []
      try check(order, by: run, follows: labels.contains(followers.label), in: world)
    case .committed, .tenantMoved, .powerReturned, .ended, .atRest: return
    }
  }

  private func check(
    _ order: Redeploy, by run: Run, follows: Bool, in world: World
  ) throws(Violation) {
    guard follows == run.isFollowUp else {
      let what = follows ? "follows" : "does not follow"
      throw Violation(
        id: "I28", sentence: "\(order.tenant.slug) \(what), and \(run.id) moves it")
    }
    guard run.isFollowUp else { return }
    let initial = world.scenario.initial.map { world.scenario.history.commits[$0] }
    guard shown.contains(order.commit) || world.isShown(order.commit) || order.commit == initial
    else {
      throw Violation(
        id: "I28", sentence: "\(run.id) moves followers to what no channel has shown")
    }
    guard world.state.facts.releases.release(of: order.commit)?.isWithdrawn == false else {
      throw Violation(
        id: "I28", sentence: "\(run.id) moves followers to what was rolled back from")
    }
  }
}
