/// How a fleet is moved: who goes first, how many at once, how long to wait, how much failure to bear.
public struct RolloutPlan: Hashable, Sendable, Codable {
  /// Who is moved first and alone.
  public enum Canary: Hashable, Sendable, Codable {
    /// These tenants, by name; each must be in the fleet.
    case slugs([TenantSlug])
    /// Every tenant with this label; at least one must have it.
    case label(Tenant.Label)
    /// Nobody: the first batch is the first wave. Stated, never assumed.
    case none

    /// Whether `tenant` goes first.
    public func names(_ tenant: Tenant) -> Bool {
      switch self {
      case .slugs(let slugs): slugs.contains(tenant.slug)
      case .label(let label): tenant.labels.contains(label)
      case .none: false
      }
    }
  }

  /// How many tenants are moved at once after the canary.
  public enum Batch: Hashable, Sendable, Codable {
    case fixed(Int)
    /// `first`, then `factor` times as many each wave, never more than `capPercent` of the fleet
    /// (rounded down, but at least one).
    case growing(first: Int, factor: Int, capPercent: Int)
  }

  /// What happens to the tenants already moved when the run is halted by a failure.
  public enum OnFailure: String, Hashable, Sendable, Codable, CaseIterable {
    case halt
    case revert
  }

  /// Tenants that a release is not about, and that pawl moves to it after its promotion.
  public struct Followers: Hashable, Sendable, Codable {
    /// Who follows: everybody with this label.
    public let label: Tenant.Label
    /// How long after a promotion all of them have to be proven.
    public let within: TimeSpan
    public let batch: Batch
    /// How many may fail before no further one is moved.
    public let stragglersMax: Int

    public init(label: Tenant.Label, within: TimeSpan, batch: Batch, stragglersMax: Int) {
      self.label = label
      self.within = within
      self.batch = batch
      self.stragglersMax = stragglersMax
    }
  }

  public let canary: Canary
  /// How long a wave must stay proven before the next one starts.
  public let soak: TimeSpan
  public let batch: Batch
  /// How many tenants outside the canary may fail and be quarantined before the run is halted.
  public let stragglersMax: Int
  public let settle: SettleBudget
  public let onFailure: OnFailure
  /// After this many runs in a row were superseded, the next one may finish.
  public let mustFinishAfter: Int
  /// Whether the fleet is counted once more before the last proof, so that whoever came and went meanwhile is
  /// named. Nil, in plans of before this was known, does not.
  public var countsAgain: Bool?
  /// How long after each time a wave is proven again while it soaks. Nil, in plans of before this was
  /// known, proves it at the end of its soak only.
  public var reprovesEvery: TimeSpan?
  /// Whether the next wave waits while releases are on hold or frozen. Nil, in plans of before this was
  /// known, stops what begins only.
  public var heedsFreezes: Bool?
  /// Who is moved after a promotion; nil when nobody is, as in plans of before anybody could be.
  public var followers: Followers?

  public init(
    canary: Canary, soak: TimeSpan, batch: Batch, stragglersMax: Int, settle: SettleBudget,
    onFailure: OnFailure, mustFinishAfter: Int
  ) {
    self.canary = canary
    self.soak = soak
    self.batch = batch
    self.stragglersMax = stragglersMax
    self.settle = settle
    self.onFailure = onFailure
    self.mustFinishAfter = mustFinishAfter
  }

  /// The same plan, by which the fleet is counted once more.
  public var countingAgain: RolloutPlan {
    var plan = self
    plan.countsAgain = true
    return plan
  }

  /// The same plan, by which a wave is proven again while it soaks: after every eighth of the soak, but not
  /// more often than every five seconds, nor less often than every five minutes.
  public var provingInSoak: RolloutPlan {
    var plan = self
    let eighth = TimeSpan.milliseconds(soak.milliseconds / 8)
    plan.reprovesEvery = min(max(eighth, .seconds(5)), .minutes(5))
    return plan
  }

  /// The same plan, by which the next wave waits while releases are on hold or frozen.
  public var heedingFreezes: RolloutPlan {
    var plan = self
    plan.heedsFreezes = true
    return plan
  }

  /// The same plan, by which these are moved after a promotion.
  public func followed(by followers: Followers?) -> RolloutPlan {
    var plan = self
    plan.followers = followers
    return plan
  }
}
