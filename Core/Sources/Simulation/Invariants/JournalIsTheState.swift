import Control
import Decisions

/// I25: the state rebuilt from the journal is the state that was held, and every recorded effect is
/// decided again alike. Looked at whenever the journal has doubled, and at the end: all looks together cost
/// as much as the last one.
struct JournalIsTheState: Invariant {
  private var commits = 0
  private var nextLook = 256

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .committed:
      commits += 1
      // Of several entries that came together the truth has folded in only some.
      guard commits >= nextLook, (try? world.journal.end()) == world.snapshot.position else {
        return
      }
      nextLook *= 2
    case .atRest: break
    case .sent, .tagMoved, .tenantMoved, .powerReturned, .ended: return
    }
    guard let rebuilt = try? DecisionLoop(journal: world.journal) else {
      // Nobody can read it now; it is looked at again later.
      return
    }
    guard rebuilt.state == world.state, rebuilt.firstDivergence == nil else {
      throw Violation(
        id: "I25", sentence: "the state rebuilt from the journal differs from the one held")
    }
  }
}
