import Decisions
import OrderedCollections
import Vocabulary

/// I2: when a channel that follows proof moves, every tenant in scope had been seen serving the candidate,
/// freshly, through the soak of the last wave, and had not been touched since; those left out are pinned,
/// outside of their windows (``TenantsMoveInTheirWindows``), or quarantined within the tolerance.
struct PromotionFollowsProof: Invariant {
  /// When each run last told a tenant to move, or first counted its fleet.
  private var lastOrder: OrderedDictionary<RunID, Int64> = [:]

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .committed(.outcome(let id, .census)):
      // A later count changes nothing of what is to be proven.
      guard let run = world.journal.effect(id)?.run, lastOrder[run] == nil else { return }
      lastOrder[run] = world.now
    case .sent(let effect, _):
      if case .redeploy = effect.action { lastOrder[effect.run] = world.now }
    case .tagMoved: try checkMove(moment, in: world)
    case .committed, .tenantMoved, .powerReturned, .ended, .atRest: return
    }
  }

  private func checkMove(_ moment: Moment, in world: World) throws(Violation) {
    guard case .tagMoved(let write, _, let effect) = moment, world.followsProof(write),
      let run = world.state.runs[effect.run], let rollout = run.rollout,
      write.digest == world.admitted(by: run, for: write),
      // What a restored copy believed to be under way was ended by a person; its intent is closed
      // all the same.
      !world.inheritedRuns.contains(run.id)
    else { return }
    guard !rollout.tenants.isEmpty else {
      throw Violation(id: "I2", sentence: "\(run.id) promoted on an empty scope")
    }
    var left = 0
    for progress in rollout.tenants.values {
      switch progress.status {
      case .pinned, .outsideWindow: continue
      case .failed: left += 1
      case .proven:
        guard let index = world.index(of: progress.tenant.slug) else { continue }
        let tenant = world.tenants[index]
        guard !world.isExcused(progress.tenant.slug) else { continue }
        let runs = tenant.running.map { world.scenario.history.commits[$0] }
        guard runs == run.commit, let seenAt = tenant.lastProvenAt else {
          throw Violation(
            id: "I2",
            sentence: "\(run.id) promoted while \(progress.tenant.slug) was not seen on it")
        }
        let soak = run.extent == .promotion ? 0 : run.plan.rollout.soak.milliseconds
        guard seenAt >= (lastOrder[run.id] ?? 0) + soak else {
          throw Violation(
            id: "I2",
            sentence: "\(run.id) promoted and \(progress.tenant.slug) was last seen before the soak"
          )
        }
      case .waiting, .leftAlone, .ordered, .settling, .reverting, .reverted:
        throw Violation(
          id: "I2",
          sentence: "\(run.id) promoted while \(progress.tenant.slug) is \(progress.status)")
      }
    }
    guard left <= run.plan.rollout.stragglersMax else {
      throw Violation(id: "I2", sentence: "\(run.id) promoted with \(left) stragglers")
    }
  }
}
