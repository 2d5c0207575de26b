import Decisions
import Vocabulary

/// L8: what came of a restart is known within the settle budget, unless the process that watches
/// was stopped.
struct BadNewsComesInTime: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .committed(.outcome(let id, .settled(let receipt))) = moment,
      let effect = world.journal.effect(id), case .settle(_, _, let budget) = effect.action,
      !world.strikes.contains(where: { $0.fault == .pause })
    else { return }
    guard receipt.elapsed <= budget.budget + .seconds(1) else {
      throw Violation(
        id: "L8",
        sentence: "\(receipt.tenant) was watched for \(receipt.elapsed), allowed \(budget.budget)")
    }
  }
}
