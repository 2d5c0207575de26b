import Decisions
import Vocabulary

/// I5b: nothing is sent to a tag while an earlier request to it can still land; no tenant obeys a lower
/// token after a higher one.
struct TagsAreWrittenOneAtATime: Invariant {
  private var tokens: [TenantSlug: FencingToken] = [:]

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .sent(let effect, _):
      guard let target = effect.action.tagChanged else { return }
      // A pin is named after what it shows: whoever writes it, whenever that lands, writes the same.
      if case .point(let write) = effect.action, !write.isChannel { return }
      if let until = world.writesThatCanLand[target], until > world.now {
        throw Violation(
          id: "I5b", sentence: "\(target) is written while an earlier write can still land")
      }
    case .tenantMoved(let order, _, _, let token):
      if let highest = tokens[order.tenant.slug], token < highest {
        throw Violation(
          id: "I5b", sentence: "\(order.tenant.slug) obeyed \(token) after \(highest)")
      }
      tokens[order.tenant.slug] = token
    case .committed, .tagMoved, .powerReturned, .ended, .atRest: return
    }
  }
}
