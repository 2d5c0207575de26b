import Decisions
import OrderedCollections
import Vocabulary

/// L3: after the world has healed, every channel that follows proof shows the newest commit in
/// every repository, and no intent is open.
struct HalfPromotionsHeal: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .atRest = moment, world.healedAt != nil else { return }
    for (target, image) in world.provenTargets {
      guard world.tags[target]?.digest == Scenario.digest(world.scenario.last, at: image) else {
        throw Violation(
          id: "L3", sentence: "\(target) was left behind; the last run \(world.lastEnding)")
      }
    }
    guard world.state.openIntents.isEmpty else {
      throw Violation(id: "L3", sentence: "an intent was left open")
    }
  }
}
