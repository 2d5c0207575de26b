import Decisions
import Vocabulary

/// L2: after the stated number of active runs in a row were superseded, the next one finishes.
struct NobodyStarves: Invariant {
  private var turns = Turns()

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .ended(let run) = moment else { return }
    turns.note(run)
    guard turns.inARow <= run.plan.rollout.mustFinishAfter else {
      throw Violation(id: "L2", sentence: "\(turns.inARow) active runs in a row were superseded")
    }
  }
}
