import Decisions
import Vocabulary

/// Before a channel leaves a digest, a tag of its own keeps that digest from being collected, so that a
/// rollback finds it (product.md, row 6).
struct PreviousDigestsArePinned: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .tagMoved(let write, let from?, let effect) = moment, write.isChannel,
      let promotion = world.state.runs[effect.run]?.promotion, promotion.phase == .writing,
      promotion.channel.previousKept > 0,
      promotion.moves.contains(where: { $0.target == write.target && $0.old == from.digest })
    else { return }
    let isPinned = world.tags.contains { reference, shown in
      reference.location == write.location && shown.digest == from.digest
        && "\(reference.selector)".hasPrefix("\(write.tag)-prev-")
    }
    guard isPinned else {
      throw Violation(
        id: "P6", sentence: "\(write.target) left \(from.digest.short), which is not pinned")
    }
  }
}
