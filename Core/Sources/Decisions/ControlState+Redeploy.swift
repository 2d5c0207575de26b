import Vocabulary

// Restarting single tenants on a release that was proven before, because a person said so.

extension ControlState {
  /// The release is chosen here and not by whoever orders: another may be proven in between. What an order
  /// cannot say is a tag, so nothing that floats is ever started.
  mutating func redeploy(
    _ slugs: [TenantSlug], _ plan: ReleasePlan, _ reason: Reason, by actor: ActorName,
    _ effects: inout [Effect]
  ) {
    guard let release = facts.releases.newest, !slugs.isEmpty else { return }
    guard !runs.values.contains(where: { $0.isLive && $0.tenantsNamed == slugs }) else { return }
    var run = Run(
      id: newRun(), order: .redeploy(slugs, reason), commit: release.candidate.commit,
      plan: plan.urgent(tolerating: 0), by: actor, at: now, mayGoBackwards: false, mayShrink: true)
    run.candidate = release.candidate
    run.stage = .queued
    keep(run)
    let refusal = redeployRefusal(of: release.candidate, plan) ?? objection(to: plan, of: run.id)
    if let refusal {
      return conclude(run.id, .refused(.productionGuard), refusal, &effects)
    }
    if let followUp = queue.active {
      queue.active = nil
      conclude(
        followUp, .superseded, "by \(run.id), which \(actor) ordered; it goes on afterwards",
        &effects)
    }
    activate(run.id, &effects)
  }

  private func redeployRefusal(of candidate: Candidate, _ plan: ReleasePlan) -> String? {
    if let active = queue.active.flatMap({ runs[$0] }), !active.isFollowUp {
      return "\(active.id) of \(active.commit.short) is under way, and moves tenants itself"
    }
    if candidate.digest(of: plan.tenantImage) == nil {
      return "the release \(candidate.commit.short) has no image \(plan.tenantImage)"
    }
    return safety.taint(on: candidate.commit)
  }
}
