import Decisions
import Vocabulary

/// I15: a tenant is proven only by the newest samples in a row, all naming the full commit, and
/// stale only when not one sample of the whole budget did. I7: what a sample names is compared here
/// in full, whatever the settle machine makes of it.
struct ProofIsSeen: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .committed(.outcome(let id, .settled(let receipt))) = moment,
      let effect = world.journal.effect(id), case .settle(_, _, let budget) = effect.action
    else { return }
    let matches = world.samples[id] ?? []
    switch receipt.finding {
    case .proven:
      let newest = matches.suffix(budget.samples)
      guard newest.count == budget.samples, newest.allSatisfy(\.self) else {
        throw Violation(
          id: "I15", sentence: "\(receipt.tenant) counts as proven and was not seen to be")
      }
    case .stale:
      guard !matches.contains(true), receipt.elapsed >= budget.budget else {
        throw Violation(id: "I15", sentence: "\(receipt.tenant) counts as stale too soon")
      }
    case .unhealthy, .unidentified, .unreachable, .unsettled: return
    }
  }
}
