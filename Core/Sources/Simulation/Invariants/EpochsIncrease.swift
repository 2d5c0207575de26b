import Decisions
import Vocabulary

/// I11: epochs strictly increase, and nothing is sent under an old one.
struct EpochsIncrease: Invariant {
  private var last = Epoch(0)

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .committed(.led):
      guard world.state.epoch > last else {
        throw Violation(id: "I11", sentence: "epoch \(world.state.epoch) follows \(last)")
      }
      last = world.state.epoch
    case .sent(let effect, let token):
      guard token.epoch == world.state.epoch else {
        throw Violation(
          id: "I11",
          sentence: "\(effect.id) was sent under epoch \(token.epoch), now \(world.state.epoch)")
      }
    case .committed, .tagMoved, .tenantMoved, .powerReturned, .ended, .atRest: return
    }
  }
}
