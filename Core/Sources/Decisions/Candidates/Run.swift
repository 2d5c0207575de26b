public import Vocabulary

/// One order to release, or to roll back to, one commit, from the order to its conclusion.
public struct Run: Hashable, Sendable, Codable {
  public enum Order: Hashable, Sendable, Codable {
    case release(Command.Extent)
    case rollback(Reason)
    /// Only these tenants, onto a release that was proven before.
    case redeploy([TenantSlug], Reason)
    /// The followers, onto what the run that is named promoted.
    case followUp(of: RunID, isOfRollback: Bool)
  }

  public enum Stage: Hashable, Sendable, Codable {
    /// Finding out whether the commit is a candidate.
    case admitting
    /// Admitted; learning how it stands to the other live candidates.
    case placing
    /// Admitted; a run that has the right to finish goes first.
    case queued
    /// Moving the channels that follow candidates.
    case pointing
    /// Waiting for the required checks.
    case gating
    case rolling
    /// Every tenant is proven; the gates are read once more before a channel moves.
    case confirming
    /// Moving the channels that follow proof.
    case promoting
    case concluded(Conclusion, String)
  }

  /// How a run is to end once its open intent is closed.
  struct Ending: Hashable, Sendable, Codable {
    let conclusion: Conclusion
    let sentence: String
  }

  public let id: RunID
  public let order: Order
  public let commit: Commit
  @Boxed public private(set) var plan: ReleasePlan
  public let orderedBy: ActorName
  public let orderedAt: Timestamp
  public internal(set) var stage: Stage
  public internal(set) var candidate: Candidate?
  /// Set when the run becomes the active one.
  public internal(set) var generation: Generation?
  /// Whether newer candidates must wait for this run (the starvation bound).
  public internal(set) var mayFinish = false
  public internal(set) var mayGoBackwards: Bool
  var mayShrink: Bool
  @Boxed var admission: Admission?
  @Boxed public internal(set) var rollout: Rollout?
  @Boxed public internal(set) var promotion: Promotion?
  /// What was read for its gates, where its plan reads anything.
  @Boxed public internal(set) var watch: GateWatch?
  /// Under way while it is read whether the commit is still on its branch.
  var branchCheck: BranchCheck?
  /// The alarm of a soak that is over, while the gates are read anew before anybody else is moved.
  var soaked: Action?
  /// Set when something was hinted at while the gates were being read.
  var isReadingOwed: Bool?
  var channelsLeft: [ChannelPlan] = []
  var hasChangedAnything = false
  /// Whether a promotion of this run was interrupted with its intent open, or found one that had been.
  var isRepair = false
  /// How long the members of a channel may have differed while it was moved, at most.
  public internal(set) var skew: TimeSpan?
  /// What was brought with images that were copied, and what was not.
  public internal(set) var referrers: [BroughtReferrers] = []
  public internal(set) var quarantined: [TenantSlug] = []
  /// Who has come and gone since the scope that was proven before; nil when nobody did.
  public internal(set) var scopeChange: ScopeChange?
  /// Set when it was stopped while an intent was open.
  var ending: Ending?

  init(
    id: RunID, order: Order, commit: Commit, plan: ReleasePlan, by actor: ActorName,
    at now: Timestamp, mayGoBackwards: Bool, mayShrink: Bool
  ) {
    self.id = id
    self.order = order
    self.commit = commit
    self.plan = plan
    orderedBy = actor
    orderedAt = now
    stage = .admitting
    self.mayGoBackwards = mayGoBackwards
    self.mayShrink = mayShrink
  }

  public var isRollback: Bool {
    switch order {
    case .rollback: true
    case .release, .redeploy, .followUp: false
    }
  }

  /// Whether it brings something new, as opposed to what a person orders back or again.
  var isRelease: Bool {
    switch order {
    case .release: true
    case .rollback, .redeploy, .followUp: false
    }
  }

  /// Whether it moves the followers of what another run promoted.
  public var isFollowUp: Bool {
    switch order {
    case .followUp: true
    case .release, .rollback, .redeploy: false
    }
  }

  /// Whether it takes tenants back because a person said so: neither windows, freezes, checks nor a live kill
  /// switch are asked.
  public var isOnTheWayBack: Bool {
    switch order {
    case .rollback, .followUp(_, isOfRollback: true): true
    case .release, .redeploy, .followUp: false
    }
  }

  /// The tenants that alone are meant; nil when all are.
  public var tenantsNamed: [TenantSlug]? {
    if case .redeploy(let slugs, _) = order { slugs } else { nil }
  }

  /// How far it goes; a rollback goes all the way.
  public var extent: Command.Extent {
    switch order {
    case .rollback: .everything
    case .redeploy, .followUp: .rollout
    case .release(let extent): extent
    }
  }

  public var isLive: Bool { conclusion == nil }

  public var conclusion: Conclusion? {
    if case .concluded(let conclusion, _) = stage { conclusion } else { nil }
  }

  /// Whether the channel it is moving is the last thing it has to do.
  var isComplete: Bool { channelsLeft.isEmpty && (stage == .promoting || extent == .candidate) }

  /// Whether it must not be stopped now: some member of a channel may already show the candidate.
  public var isIntentOpen: Bool {
    isLive && promotion?.isIntentOpen == true && !WrongDesign.noIntent.isTried
  }
}
