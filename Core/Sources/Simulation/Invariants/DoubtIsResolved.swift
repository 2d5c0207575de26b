import Decisions
import Vocabulary

/// L5: no effect stays in doubt: after the world has healed none that changes anything is still
/// waited for, and a run that could not learn what came of one says in words what is to be done.
struct DoubtIsResolved: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .atRest:
      guard world.healedAt != nil, let effect = world.state.wanted.first(where: \.action.isMutating)
      else { return }
      throw Violation(id: "L5", sentence: "what came of \(effect.id) is waited for and never known")
    case .ended(let run):
      guard case .concluded(.refused, let sentence) = run.stage, sentence.isEmpty else { return }
      throw Violation(id: "L5", sentence: "\(run.id) was refused and does not say why")
    case .committed, .sent, .tagMoved, .tenantMoved, .powerReturned: return
    }
  }
}
