import Decisions
import Vocabulary

/// L10: after the world has healed every run ends; nothing waits for something that never comes.
struct EverythingEnds: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .atRest = moment, world.healedAt != nil,
      let run = world.state.runs.values.first(where: \.isLive)
    else { return }
    throw Violation(id: "L10", sentence: "\(run.id) never ended; it is \(run.stage)")
  }
}
