import Decisions

/// I5: once a run has ended, by a newer candidate or otherwise, it sends nothing more; nor does a run that
/// has gone on without the answer.
struct SupersededRunsSendNothing: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .sent(let effect, _) = moment, let run = world.state.runs[effect.run] else { return }
    guard let conclusion = run.conclusion else {
      guard !world.state.isWanted(effect.id) else { return }
      throw Violation(
        id: "I5", sentence: "\(run.id) sent \(effect.id), which nobody wants any more")
    }
    throw Violation(
      id: "I5", sentence: "\(run.id) sent \(effect.id) after it had ended \(conclusion)")
  }
}
