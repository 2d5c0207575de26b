import Decisions
import Vocabulary

/// I10: a tenant is restarted at most once for one order, however often the order arrives.
struct OneRestartPerKey: Invariant {
  private var restarted: [EffectID: TenantSlug] = [:]

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .tenantMoved(let order, _, let effect, _) = moment else { return }
    if restarted[effect.id] != nil {
      throw Violation(
        id: "I10", sentence: "\(order.tenant.slug) was restarted twice for \(effect.id)")
    }
    restarted[effect.id] = order.tenant.slug
  }
}
