import Decisions
import Vocabulary

/// I15: a tenant is proven only by the newest samples in a row, all naming the full commit, and
/// stale only when not one sample of the whole budget did. One that was proven is that until as many samples
/// in a row as its budget says did not. I7: what a sample names is compared here
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
    case .stale, .unhealthy, .unidentified, .lying, .unconfirmed, .unreachable, .gone:
      if let enough = budget.refutedBy { return try checkRefutation(receipt, matches, enough) }
      guard receipt.isStale else { return }
      guard !matches.contains(true), receipt.elapsed >= budget.budget else {
        throw Violation(id: "I15", sentence: "\(receipt.tenant) counts as stale too soon")
      }
    case .unsettled: return
    }
  }

  private func checkRefutation(
    _ receipt: Receipt, _ matches: [Bool], _ enough: Int
  ) throws(Violation) {
    let newest = matches.suffix(enough)
    guard newest.count == enough, !newest.contains(true) else {
      throw Violation(
        id: "I15", sentence: "\(receipt.tenant) was proven, and counts as lost too soon")
    }
  }
}

extension Receipt {
  fileprivate var isStale: Bool {
    if case .stale = finding { true } else { false }
  }
}
