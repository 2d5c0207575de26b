import Decisions
import Vocabulary

/// I17: an override serves one run, for what it names, before it expires.
struct OverridesServeOnce: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .committed(.command(.release, _)) = moment, let run = world.state.runs.values.last,
      run.mayGoBackwards, !run.isRollback, !run.isFollowUp
    else { return }
    let isGranted = world.state.safety.grants.contains { grant in
      grant.usedBy == run.id && grant.override.scope == .backwards(run.commit)
        && run.orderedAt < grant.override.expires
    }
    guard isGranted else {
      throw Violation(id: "I17", sentence: "\(run.id) may go backwards by no override of its own")
    }
  }
}
