import Decisions
import OrderedCollections
import Vocabulary

/// I6: no tenant is told to run a release whose required checks are not green for exactly that commit.
struct GatesAreGreen: Invariant {
  /// Runs that passed, so that a check turning red later is not held against them.
  private var passed: [UInt64] = []

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .sent(let effect, _) = moment, case .redeploy = effect.action,
      let run = world.state.runs[effect.run], !run.isRollback, !passed.contains(run.id.number)
    else { return }
    guard run.plan.gates.required.isEmpty || world.greenOnce.contains(run.commit) else {
      throw Violation(id: "I6", sentence: "\(run.id) moves tenants before its checks were green")
    }
    passed.append(run.id.number)
  }
}
