import Decisions
import Vocabulary

/// I4: after the kill switch is durably on, nothing that changes anything is sent; nor is anything of a plan
/// that names a live variable, unless that was read after the effect was decided on, by the leader of now,
/// and the newest such read found it off. A rollback is a person's order and asks for no variable, nor
/// does whoever follows it.
struct KillSwitchStopsSending: Invariant {
  /// The newest read of the variable for each run that was answered under the leader of now.
  private var newestRead: [RunID: EffectID] = [:]

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .committed(.led): newestRead = [:]
    case .committed(.outcome(let id, .examined(.variable))):
      guard let run = world.journal.effect(id)?.run else { return }
      newestRead[run] = max(id, newestRead[run] ?? id)
    case .sent(let effect, _): try checkSending(effect, in: world)
    case .committed, .tagMoved, .tenantMoved, .powerReturned, .ended, .atRest: return
    }
  }

  private func checkSending(_ effect: Effect, in world: World) throws(Violation) {
    guard world.state.safety.kill == nil else {
      throw Violation(id: "I4", sentence: "\(effect.id) was sent while the kill switch was on")
    }
    guard let run = world.state.runs[effect.run], !run.isOnTheWayBack,
      run.plan.gates.rules?.killSwitch != nil
    else { return }
    guard let read = newestRead[run.id], read > effect.id, world.forge.switchSeenOff.contains(read)
    else {
      throw Violation(
        id: "I4", sentence: "\(effect.id) was sent, and the live switch was not read off before")
    }
  }
}
