import Decisions

/// I4: after the kill switch is durably on, nothing that changes anything is sent.
struct KillSwitchStopsSending: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .sent(let effect, _) = moment, world.state.safety.kill != nil else { return }
    throw Violation(id: "I4", sentence: "\(effect.id) was sent while the kill switch was on")
  }
}
