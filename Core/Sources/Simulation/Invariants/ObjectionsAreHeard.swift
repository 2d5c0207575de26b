import Decisions
import OrderedCollections
import Vocabulary

/// What people forbade before a run was ordered is not done by it: a tainted commit, a release on hold, a
/// pinned tenant (product.md, row 7).
struct ObjectionsAreHeard: Invariant {
  private var forbidden: [RunID] = []
  /// The tenants that were pinned when a run froze its scope.
  private var pinned: [RunID: [TenantSlug]] = [:]

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .committed(.command(.release(let commit, _, _), _)):
      let safety = world.state.safety
      guard safety.taints[commit] != nil || !safety.holds.isEmpty,
        let newest = world.state.runs.keys.last, newest != world.newestRun
      else { return }
      forbidden.append(newest)
    case .committed(.outcome(_, .census)):
      guard let active = world.state.queue.active else { return }
      pinned[active] = Array(world.state.safety.pins.keys)
    case .sent(let effect, _):
      guard !forbidden.contains(effect.run) else {
        throw Violation(id: "P7", sentence: "\(effect.run) goes on although it was forbidden")
      }
      guard case .redeploy(let order) = effect.action,
        pinned[effect.run]?.contains(order.tenant.slug) == true
      else { return }
      throw Violation(
        id: "P7", sentence: "\(order.tenant.slug) is pinned, and \(effect.run) moves it")
    case .committed, .tagMoved, .tenantMoved, .powerReturned, .ended, .atRest: return
    }
  }
}
