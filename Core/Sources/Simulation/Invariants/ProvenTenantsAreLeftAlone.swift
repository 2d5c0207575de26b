import Decisions
import Vocabulary

/// A tenant that a run saw well on its candidate is not restarted by it (product.md, row 4: restart only
/// what is not yet proven).
struct ProvenTenantsAreLeftAlone: Invariant {
  /// The run that saw each tenant well on its candidate.
  private var seenBy: [TenantSlug: RunID] = [:]

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .committed(.outcome(let id, .observed(let observation))):
      guard let effect = world.journal.effect(id), case .observe(let tenant) = effect.action,
        let run = world.state.runs[effect.run], observation == .running(run.commit)
      else { return }
      seenBy[tenant.slug] = run.id
    case .sent(let effect, _):
      guard case .redeploy(let order) = effect.action, order.manner == .restart,
        seenBy[order.tenant.slug] == effect.run,
        world.state.runs[effect.run]?.commit == order.commit
      else { return }
      throw Violation(
        id: "P4", sentence: "\(order.tenant.slug) is well on \(order.commit.short) and is restarted"
      )
    case .committed, .tagMoved, .tenantMoved, .powerReturned, .ended, .atRest: return
    }
  }
}
