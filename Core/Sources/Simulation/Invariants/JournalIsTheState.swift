import Control
import Decisions

/// I25: the state rebuilt from the journal is the state that was held, by the truth and by every process that
/// is as far, and every recorded effect is decided again alike. What was read back out of bytes is what was
/// written, whether or not a decision depends on it yet.
///
/// The state is looked at when the journal is as long as the fleet is large, whenever it has doubled since,
/// and at the end. What was found to be the same once is not folded again: all looks together fold each entry
/// once. That costs a sixth of a delivery, so it is done in half of them; in the others the processes, which
/// fold what others decided, are still compared with the truth.
struct JournalIsTheState: Invariant {
  private let rebuilds: Bool
  private var commits = 0
  private var nextLook = 256
  /// What was rebuilt at the last look.
  private var rebuilt: DecisionLoop?

  init(rebuilds: Bool = true) { self.rebuilds = rebuilds }

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    if world.journal.isReread, let position = world.journal.firstMisread {
      throw Violation(
        id: "I25",
        sentence: "what entry \(position) tells was read back otherwise than it was written")
    }
    switch moment {
    case .committed:
      commits += 1
      // Of several entries that came together the truth has folded in only some.
      guard commits >= max(nextLook, world.tenants.count),
        (try? world.journal.end()) == world.stateEnd
      else { return }
      nextLook = 2 * commits
    case .atRest: break
    case .sent, .tagMoved, .tenantMoved, .powerReturned, .ended: return
    }
    if rebuilds {
      guard let rebuilt = rebuild(from: world.journal) else {
        // Nobody can read it now; it is looked at again later.
        return
      }
      guard rebuilt.state == world.state, rebuilt.firstDivergence == nil else {
        throw Violation(
          id: "I25", sentence: "the state rebuilt from the journal differs from the one held")
      }
    }
    for id in world.living {
      guard let loop = world.processes[id]?.loop, loop.position == world.stateEnd,
        loop.state != world.state || loop.firstDivergence != nil
      else { continue }
      throw Violation(
        id: "I25", sentence: "the state that process \(id) holds differs from the one that is true")
    }
  }

  private mutating func rebuild(from journal: SimulatedJournal) -> DecisionLoop? {
    guard var loop = rebuilt ?? (try? DecisionLoop(journal: journal)) else { return nil }
    // Held once while it folds on.
    rebuilt = nil
    guard (try? loop.refresh()) != nil else { return nil }
    rebuilt = loop
    return loop
  }
}
