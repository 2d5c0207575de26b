public import Vocabulary

/// What can be ordered. One command of the CLI is one of these.
public enum Command: Hashable, Sendable, Codable {
  /// Release one commit under a plan, as far as the extent says. Joins the live run of the same commit
  /// and extent if there is one.
  case release(Commit, ReleasePlan, Extent)
  /// Take the fleet and the channels back to a release that was proven before; nil means the one before
  /// the present one.
  case rollback(to: Commit?, ReleasePlan, Reason)
  /// Restart these tenants on the newest release that was proven. Joins the live run of the same order.
  case redeploy([TenantSlug], ReleasePlan, Reason)
  /// Stop a live run before its next effect.
  case abort(RunID, Reason)
  case report(CommitStatus)
  /// Agree to one candidate under one plan.
  case approve(Approval)
  /// Somebody says that something about a commit has changed: one check, or nobody knows what. It decides
  /// nothing; it is a reason to read again, once what is hinted could change the decision.
  case recheck(Commit, hint: Check?)
  case kill(Reason)
  case unkill(Reason)
  /// Refuse new releases, and let what has begun wait before its next wave, until it is lifted.
  case hold(Reason)
  /// Lifts every hold.
  case unhold(Reason)
  /// Leave one tenant where it is, in every run, until it is cleared.
  case pin(TenantSlug, Reason)
  case unpin(TenantSlug, Reason)
  /// Somebody has looked at a tenant that failed within a run's tolerance.
  case unquarantine(TenantSlug, Reason)
  /// Never release this commit, until it is cleared.
  case taint(Commit, Reason)
  case untaint(Commit, Reason)
  /// Allow one otherwise refused move, once, until it expires.
  case override(Override)

  /// How far a release goes.
  public enum Extent: String, Hashable, Sendable, Codable, CaseIterable {
    /// Admit the candidate and move the channels that follow candidates.
    case candidate
    /// Admit, gate and roll out; leave the channels that follow proof where they are.
    case rollout
    /// Admit, gate, prove what the fleet already runs, and move the channels; move no tenant.
    case promotion
    /// All of it.
    case everything
  }
}
