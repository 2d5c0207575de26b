import Decisions
import Vocabulary

/// I8: what is ordered on tenants and written to channels is the digest that was admitted.
struct OneDigestThroughout: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .sent(let effect, _) = moment else { return }
    switch effect.action {
    case .redeploy(let order):
      guard world.commit(of: order.digest) == order.commit else {
        throw Violation(
          id: "I8",
          sentence:
            "\(order.tenant.slug) is told to run \(order.digest.short) as \(order.commit.short)")
      }
    case .point(let write):
      guard write.isChannel, let run = world.state.runs[effect.run],
        run.promotion?.phase == .writing
      else { return }
      guard world.admitted(by: run, for: write) == write.digest else {
        throw Violation(
          id: "I8", sentence: "\(write.target) is pointed at another digest than admitted")
      }
    case .copy(let copy):
      guard let run = world.state.runs[effect.run],
        run.candidate?.images.contains(where: { $0.digest == copy.digest }) == true
      else {
        throw Violation(id: "I8", sentence: "\(copy.digest.short) is copied and was not admitted")
      }
    case .inspect, .head, .compare, .census, .observe, .settle, .keep, .remove, .bring, .probe,
      .wait, .examine:
      return
    }
  }
}
