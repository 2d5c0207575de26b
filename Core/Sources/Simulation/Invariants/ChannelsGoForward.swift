import Decisions
import Vocabulary

/// I1: no channel tag moves backwards or sideways, unless a named person ordered it, or the move takes back
/// a member of a promotion that could not be completed.
///
/// What somebody else put there counts once the promotion has read it; a registry cannot compare and swap,
/// so what came between its reading and its writing is overwritten unseen.
struct ChannelsGoForward: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .tagMoved(let write, let from?, let effect) = moment, write.isChannel else { return }
    let intended = world.state.runs[effect.run]?.promotion?.moves.first {
      $0.target == write.target
    }
    guard !from.isForeign || intended?.old == from.digest else { return }
    guard let old = world.commit(of: from.digest), let new = world.commit(of: write.digest),
      !world.scenario.history.isForward(from: old, to: new)
    else { return }
    guard let run = world.state.runs[effect.run] else { return }
    let isUndo = run.promotion?.phase == .undoing || world.undone.contains(effect.id)
    guard !run.isRollback, !run.mayGoBackwards, !isUndo else { return }
    throw Violation(
      id: "I1", sentence: "\(write.target) went from \(old.short) back to \(new.short) by \(run.id)"
    )
  }
}
