import Control
import Decisions

/// I25: the state rebuilt from the journal is the state that was held, and every recorded effect is decided
/// again alike.
struct JournalIsTheState: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .atRest = moment else { return }
    guard let rebuilt = try? DecisionLoop(journal: world.journal), rebuilt.state == world.state,
      rebuilt.firstDivergence == nil
    else {
      throw Violation(
        id: "I25", sentence: "the state rebuilt from the journal differs from the one held")
    }
  }
}
