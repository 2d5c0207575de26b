import Decisions
import Vocabulary

// What happens to an order on its way from a person, or a job, to the process that takes it.

extension World {
  /// The command as it arrives; nil when it does not.
  func disturbed(_ order: Scenario.Order, restartsLeft: Int) -> Command? {
    if isRestored, healedAt == nil, !order.command.isBearableAfterRestoring { return nil }
    // What is given again was disturbed the first time.
    guard restartsLeft == Self.restartsMax else { return order.command }
    switch order.command {
    case .report(let status): return disturbed(status)
    case .release(let commit, let plan, let extent):
      if strikes(.twinOrder) {
        var twin = order
        twin.actor = "bob"
        happenings.plan(.order(twin, restartsLeft: Self.restartsMax - 1), at: now)
      }
      guard strikes(.editedPlan) else { return order.command }
      return .release(commit, plan.edited(by: random.index(below: 3)), extent)
    case .override(let override):
      guard strikes(.expiredOverride) else { return order.command }
      return .override(
        Override(
          scope: override.scope, reason: override.reason, expires: Timestamp(milliseconds: now / 2))
      )
    case .rollback, .redeploy, .unquarantine, .abort, .kill, .unkill, .hold, .unhold, .pin, .unpin,
      .taint, .untaint,
      .approve,
      .recheck:
      return order.command
    }
  }

  /// How often somebody who sees that `pawl` failed gives the same order again.
  static let restartsMax = 6

  private func disturbed(_ status: CommitStatus) -> Command? {
    if strikes(.lostReport) { return nil }
    if strikes(.lateReport) {
      plan(status, after: random.number(in: 10_000...900_000))
      return nil
    }
    if strikes(.flippedCheck) {
      let red = CommitStatus(
        commit: status.commit, context: status.context, state: .failure, address: status.address)
      let after = random.number(in: 1_000...300_000)
      plan(red, after: after)
      plan(status, after: after + random.number(in: 1_000...300_000))
    }
    if strikes(.repeatedReport) {
      plan(status, after: random.number(in: 1_000...900_000))
    }
    guard strikes(.renamedCheck) else { return .report(status) }
    return .report(
      CommitStatus(
        commit: status.commit, context: ContextName(normalized: "\(status.context) (push)"),
        state: status.state, address: status.address))
  }

  /// A report that is on its way and is not disturbed once more.
  private func plan(_ status: CommitStatus, after pause: Int64) {
    let order = Scenario.Order(at: now, command: .report(status), stays: false)
    happenings.plan(.order(order, restartsLeft: Self.restartsMax - 1), at: now + pause)
  }
}

extension ReleasePlan {
  /// The same plan after somebody edited how the fleet is moved.
  fileprivate func edited(by variant: Int) -> ReleasePlan {
    let batches: [RolloutPlan.Batch] = [
      .fixed(1), .fixed(8), .growing(first: 1, factor: 3, capPercent: 100),
    ]
    return ReleasePlan(
      releaseSet: releaseSet, branch: branch, channels: channels, gates: gates,
      rollout: RolloutPlan(
        canary: rollout.canary, soak: .seconds(Int64(variant) * 15), batch: batches[variant],
        stragglersMax: variant, settle: rollout.settle, onFailure: rollout.onFailure,
        mustFinishAfter: rollout.mustFinishAfter
      ).followed(by: rollout.followers),
      tenantImage: tenantImage, tenantLocation: tenantLocation)
  }
}

extension Command {
  /// Whether the runbook allows it while the hold after restoring an older copy stands.
  fileprivate var isBearableAfterRestoring: Bool {
    switch self {
    case .rollback, .unhold: false
    case .release, .redeploy, .unquarantine, .abort, .report, .approve, .recheck, .kill, .unkill,
      .hold, .pin, .unpin, .taint,
      .untaint, .override:
      true
    }
  }
}
