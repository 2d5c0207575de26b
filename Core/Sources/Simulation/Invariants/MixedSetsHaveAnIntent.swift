import Decisions
import OrderedCollections
import Vocabulary

/// I3: a channel tag is moved only under an open intent that names it with its old and new digest, no two
/// intents for one channel are open at once, and none is closed while the members of its channel differ.
struct MixedSetsHaveAnIntent: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .sent(let effect, _): try checkSending(effect, in: world)
    case .ended(let run):
      guard !world.hasForeignWriter,
        let mixed = world.mixed.first(where: { world.state.openIntents[$0] == nil })
      else { return }
      throw Violation(id: "I3", sentence: "\(run.id) ended and left the members of \(mixed) mixed")
    case .committed, .tagMoved, .tenantMoved, .powerReturned, .atRest: return
    }
  }

  private func checkSending(_ effect: Effect, in world: World) throws(Violation) {
    guard case .point(let write) = effect.action, write.isChannel else { return }
    guard let run = world.state.runs[effect.run], run.isIntentOpen, let promotion = run.promotion
    else {
      throw Violation(id: "I3", sentence: "\(write.target) is written without an open intent")
    }
    let isNamed = promotion.moves.contains {
      $0.target == write.target && ($0.new == write.digest || $0.old == write.digest)
    }
    guard isNamed else {
      throw Violation(id: "I3", sentence: "\(write.target) is not part of the intent of \(run.id)")
    }
    let open = world.state.runs.values.count {
      $0.isIntentOpen && $0.promotion?.channel.name == promotion.channel.name
    }
    guard open == 1 else {
      throw Violation(id: "I3", sentence: "\(open) intents for \(promotion.channel.name) are open")
    }
  }
}
