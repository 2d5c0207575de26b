import Control
import Decisions
import Vocabulary

/// I16: the journal never shrinks: what was acknowledged is there after the power was gone.
struct WhatIsDurableStays: Invariant {
  private var end = Position.start

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .committed: end = max(end, world.stateEnd)
    case .powerReturned:
      guard let found = try? world.journal.end(), found < end else { return }
      throw Violation(
        id: "I16", sentence: "the journal ends at \(found), and \(end) had been acknowledged")
    case .sent, .tagMoved, .tenantMoved, .ended, .atRest: return
    }
  }
}
