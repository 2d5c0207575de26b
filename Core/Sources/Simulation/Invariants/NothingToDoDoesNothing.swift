import Decisions
import Vocabulary

/// L12: an order that finds everything done restarts no tenant, writes no tag, and says so.
///
/// Drivers are told the new token of each tenant that is left running; that changes nothing on it.
struct NothingToDoDoesNothing: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    // The most frequent moment, at which nothing can be wrong.
    if case .committed = moment { return }
    guard let healedAt = world.healedAt, !world.mayTakeAnotherOrder,
      world.now > healedAt + world.thirdOrderAfter
    else {
      return
    }
    switch moment {
    case .sent(let effect, _):
      if case .redeploy(let order) = effect.action, order.manner == .keepIfRunning { return }
      throw Violation(id: "L12", sentence: "\(effect.id) was sent when nothing was left to do")
    case .tagMoved, .tenantMoved:
      throw Violation(id: "L12", sentence: "something moved when nothing was left to do")
    case .ended(let run):
      guard run.conclusion != .noop else { return }
      throw Violation(
        id: "L12", sentence: "\(run.id) had nothing to do and ended \(run.conclusion?.label ?? "")")
    case .committed, .powerReturned, .atRest: return
    }
  }
}
