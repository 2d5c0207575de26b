import Decisions
import Vocabulary

/// I3: before the first tag of an intent is written, the old bytes of every member that leaves something
/// are in the journal, and what a tag is pointed at lies in its repository. A channel's tag
/// is removed only by the promotion that has made it.
struct IntentsArePrepared: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .sent(let effect, _) = moment else { return }
    switch effect.action {
    case .point(let write):
      guard world.isThere(write.location.at(write.digest)) else {
        throw Violation(
          id: "I3", sentence: "\(write.target) is pointed at what does not lie in its repository")
      }
      guard write.isChannel, let promotion = world.state.runs[effect.run]?.promotion else { return }
      let left = promotion.moves.compactMap { $0.old == $0.new ? nil : $0.old }
      if let lost = left.first(where: { !world.keptDigests.contains($0) }) {
        throw Violation(
          id: "I3", sentence: "\(write.target) is written before \(lost.short) is in the journal")
      }
    case .remove(let removal):
      let isOwn = world.state.runs[effect.run]?.promotion.map { promotion in
        promotion.phase == .undoing
          && promotion.moves.contains { $0.target == removal.target && $0.old == nil }
      }
      guard removal.tag.text.contains("-prev-") || isOwn == true else {
        throw Violation(
          id: "I3", sentence: "\(removal.target) is removed, and is no pin and was there before")
      }
    case .redeploy, .copy, .bring, .keep, .inspect, .head, .compare, .census, .observe, .settle,
      .probe, .wait, .examine:
      return
    }
  }
}
