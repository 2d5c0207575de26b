public import Vocabulary

/// Which admitted candidate is being worked on, and which one is next.
///
/// Only an admitted candidate displaces another, never a mere commit; and after a stated number of runs in
/// a row were displaced, the next one may finish, so that steady pushes cannot starve the fleet.
public struct CandidateQueue: Hashable, Sendable, Codable {
  public internal(set) var active: RunID?
  public internal(set) var next: RunID?
  /// How many active runs in a row were superseded.
  public internal(set) var supersededInARow = 0

  /// Where a newly admitted run belongs.
  enum Place: Hashable, Sendable {
    case ask([Action])
    /// At the front; the active run, if any, is superseded.
    case front
    /// Behind the active run, which keeps a right; the one that was next, if any, is superseded.
    case behindActive(Right)
    case nowhere(Conclusion, String)
  }

  /// What the active run may still do before a newer one takes its turn.
  enum Right: Hashable, Sendable {
    /// Nothing that it could not do before: the two are no rivals.
    case unchanged
    /// Go on to its end, recorded so that no later candidate takes it away.
    case finish
    /// Make its channel whole; then it is superseded.
    case closeIntent
  }

  /// Finds the place of `run` among the live admitted runs. Pure: the caller carries it out.
  ///
  /// A rollback is never displaced, and sets a hold when it is done; a release that waited behind it is
  /// refused then, and meanwhile the process that ordered it helps the rollback to its end.
  static func place(
    _ run: Run, active: Run?, next: Run?, supersededInARow: Int, _ lineage: Lineage
  ) -> Place {
    guard let active else { return .front }
    if let next, next.isRollback {
      return .nowhere(.refused(.productionGuard), "a rollback is about to begin (\(next.id))")
    }
    let rivals = [active, next].compactMap(\.self).filter { !$0.isRollback }
    let unasked = rivals.filter { lineage.relation(of: run.commit, from: $0.commit) == nil }
    guard unasked.isEmpty else {
      return .ask(unasked.map { Lineage.question(run.commit, from: $0.commit) })
    }
    for rival in rivals {
      if let end = displaced(run, by: rival, lineage) { return end }
    }
    if active.isRollback || active.commit == run.commit { return .behindActive(.unchanged) }
    // Followers wait for releases, never releases for followers.
    if active.isFollowUp { return .front }
    if active.mayFinish || supersededInARow >= active.plan.rollout.mustFinishAfter {
      return .behindActive(.finish)
    }
    guard active.isIntentOpen else { return .front }
    // Behind a channel that follows candidates come gates, which may never open, and the whole fleet.
    return .behindActive(active.stage == .pointing ? .closeIntent : .finish)
  }

  /// Why `run` must give way to `rival`, or nil when it is as new or newer.
  private static func displaced(_ run: Run, by rival: Run, _ lineage: Lineage) -> Place? {
    switch lineage.relation(of: run.commit, from: rival.commit) {
    case .found(.ahead), .found(.identical): return nil
    case .found(.behind):
      return .nowhere(.superseded, "by \(rival.commit.short) (\(rival.id)), a newer candidate")
    case .found(.diverged) where run.mayGoBackwards: return nil
    case .found, .absent, .unknown, nil:
      guard
        case .refused(let conclusion, let sentence) = lineage.refusal(
          of: run.commit, over: rival.commit, whereThereIs: "the candidate of \(rival.id)")
      else { return nil }
      return .nowhere(conclusion, sentence)
    }
  }
}
