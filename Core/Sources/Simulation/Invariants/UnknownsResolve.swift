import Decisions
import Vocabulary

/// L4: no order is lost, and what was unknown is known once the world can be read: nothing that is
/// ordered after it healed ends for want of an answer.
struct UnknownsResolve: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .committed(.command(.release(let commit, _, _), _)):
      guard !world.state.runs.values.contains(where: { $0.commit == commit }) else { return }
      throw Violation(id: "L4", sentence: "the order to release \(commit.short) made no run")
    case .ended(let run):
      guard let healed = world.newestRunAtHealing, run.id > healed, !run.isRollback,
        !world.isRestored,
        run.conclusion == .refused(.unknown)
      else { return }
      throw Violation(id: "L4", sentence: "\(run.id) ended unknown in a world that can be read")
    case .committed, .sent, .tagMoved, .tenantMoved, .powerReturned, .atRest: return
    }
  }
}
