import Decisions
import OrderedCollections
import Vocabulary

/// I1b: no tenant moves backwards or sideways, unless a named person ordered it, or the run takes its own
/// failed candidate back.
struct TenantsGoForward: Invariant {
  /// Where each tenant was last told to go back to, until it moves. A later run may finish what the lost
  /// order began, or go forward from there: the order stands, though the driver did not carry it out.
  private var sanctioned: OrderedDictionary<TenantSlug, Commit> = [:]

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .sent(let effect, _):
      guard case .redeploy(let order) = effect.action, let run = world.state.runs[effect.run] else {
        return
      }
      if run.isSanctioned(order) { sanctioned[order.tenant.slug] = order.commit }
    case .tenantMoved(let order, let from?, let effect, _):
      let history = world.scenario.history
      let orderedBack = sanctioned.removeValue(forKey: order.tenant.slug)
      guard !history.isForward(from: from, to: order.commit),
        let run = world.state.runs[effect.run], !run.isSanctioned(order),
        !world.isExcused(order.tenant.slug),
        orderedBack.map({ history.isForward(from: $0, to: order.commit) }) != true
      else { return }
      throw Violation(
        id: "I1b",
        sentence:
          "\(order.tenant.slug) went from \(from.short) back to \(order.commit.short) by \(run.id)")
    case .tenantMoved, .committed, .tagMoved, .powerReturned, .ended, .atRest: return
    }
  }
}

extension Run {
  /// Whether this order may go backwards: a rollback, an override, or the revert of a failed candidate.
  fileprivate func isSanctioned(_ order: Redeploy) -> Bool {
    isRollback || mayGoBackwards || order.generation == generation?.next
  }
}
