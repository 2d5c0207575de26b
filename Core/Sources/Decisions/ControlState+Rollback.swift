import OrderedCollections
import Vocabulary

// Taking the fleet and the channels back to a release that was proven before, because a person said so.

extension ControlState {
  /// What a rollback without a target goes to: what is released now, while some tenant has been told since
  /// to run something else; otherwise, or when that is what is being rolled back from, the release before.
  public var rollbackTarget: Releases.Release? {
    guard let current = facts.releases.current.flatMap({ facts.releases.release(of: $0) }) else {
      return nil
    }
    // Older orders are of tenants that are pinned, or that left the fleet.
    let isFleetElsewhere = facts.placements.byTenant.values.contains {
      $0.generation > current.generation && $0.commit != current.candidate.commit
    }
    return isFleetElsewhere && !current.isWithdrawn ? current : facts.releases.previous
  }

  mutating func rollBack(
    to wanted: Commit?, _ plan: ReleasePlan, _ reason: Reason, by actor: ActorName,
    _ effects: inout [Effect]
  ) {
    let target = wanted.map { facts.releases.release(of: $0) } ?? rollbackTarget
    guard let commit = wanted ?? target?.candidate.commit else { return }
    let live = runs.values.first { $0.isLive && $0.isRollback }
    if let live, wanted == nil || live.commit == commit { return }
    var run = Run(
      id: newRun(), order: .rollback(reason), commit: commit, plan: plan.urgent, by: actor, at: now,
      mayGoBackwards: true, mayShrink: true)
    run.candidate = target?.candidate
    run.stage = .queued
    keep(run)
    let refusal = rollbackRefusal(to: commit, target, plan) ?? objection(to: plan, of: run.id)
    if let refusal {
      return conclude(run.id, .refused(.productionGuard), refusal, &effects)
    }
    if let next = queue.next {
      conclude(next, .stopped(.operator), "\(actor) ordered a rollback: \(reason)", &effects)
    }
    queue.next = run.id
    guard let active = queue.active else {
      queue.next = nil
      return activate(run.id, &effects)
    }
    stop(active, .stopped(.operator), "\(actor) ordered a rollback: \(reason)", &effects)
  }

  /// However a rollback ended, a person decides when releases go on.
  mutating func holdReleases(after rollback: Run) {
    guard case .rollback(let reason) = rollback.order else { return }
    let why = try? Reason(parsing: "rolled back to \(rollback.commit.short): \(reason)")
    // Too long with the prefix: the person's own words say enough.
    safety.receive(.hold(why ?? reason), by: rollback.orderedBy, at: now)
  }

  private func rollbackRefusal(
    to commit: Commit, _ target: Releases.Release?, _ plan: ReleasePlan
  ) -> String? {
    guard let target else {
      return "\(commit.short) was never proven here; a rollback goes to a proven release only"
    }
    if target.isWithdrawn {
      return "\(commit.short) was itself rolled back from; nothing rolls back a rollback: "
        + "release it again with pawl deploy"
    }
    let missing = plan.imagesNeeded.first { target.candidate.digest(of: $0) == nil }
    if let missing {
      return "the release \(commit.short) has no image \(missing); it was made before"
    }
    if let taint = safety.taints[commit] { return "\(commit.short) is tainted: \(taint.sentence)" }
    if let active = queue.active, let run = runs[active], run.isRollback {
      return "a rollback to \(run.commit.short) is under way (\(run.id))"
    }
    return nil
  }
}

extension ReleasePlan {
  /// The images without which it cannot be carried out.
  fileprivate var imagesNeeded: [ImageName] {
    [tenantImage] + channels.flatMap { $0.members.map(\.image) }
  }

  /// The same plan in a hurry: everybody at once, no soak. Proof and tags stay as they are.
  fileprivate var urgent: ReleasePlan { urgent(tolerating: rollout.stragglersMax) }

  func urgent(tolerating stragglersMax: Int) -> ReleasePlan {
    ReleasePlan(
      releaseSet: releaseSet, branch: branch, channels: channels, gates: gates,
      rollout: RolloutPlan(
        canary: .none, soak: .zero, batch: .fixed(.max), stragglersMax: stragglersMax,
        settle: rollout.settle, onFailure: .halt, mustFinishAfter: rollout.mustFinishAfter
      ).followed(by: rollout.followers?.urgent),
      tenantImage: tenantImage, tenantLocation: tenantLocation)
  }
}

extension RolloutPlan.Followers {
  fileprivate var urgent: Self {
    Self(label: label, within: within, batch: .fixed(.max), stragglersMax: stragglersMax)
  }
}
