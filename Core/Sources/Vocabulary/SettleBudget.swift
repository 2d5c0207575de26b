/// How long a tenant may take to come up with the candidate, and how often it is asked meanwhile.
public struct SettleBudget: Hashable, Sendable, Codable {
  /// What is known of how long the tenant takes.
  public enum Experience: Hashable, Sendable, Codable {
    case unknown
    /// It was seen to come up so long after the last order that it was waited for.
    case took(TimeSpan)
  }

  /// After this long without proof the tenant has failed.
  public let budget: TimeSpan
  /// The first pause between two samples; it doubles, with jitter, up to ``pauseMax``, where nothing else is
  /// known of the tenant.
  public let pauseFirst: TimeSpan
  public let pauseMax: TimeSpan
  /// How many samples in a row must match before the tenant counts as proven.
  public let samples: Int
  /// Nil in journals from before it was kept: nothing is remembered of what they ask for, so that they are
  /// decided as they were.
  public let experience: Experience?
  /// How many samples in a row that do not match end it before its budget does: for a tenant that was proven
  /// and is asked whether it still is. Nil gives one that is coming up the whole budget.
  public var refutedBy: Int?

  public init(
    budget: TimeSpan, pauseFirst: TimeSpan, pauseMax: TimeSpan, samples: Int,
    experience: Experience? = nil
  ) {
    precondition(samples >= 1, "proof takes at least one sample")
    self.budget = budget
    self.pauseFirst = pauseFirst
    self.pauseMax = pauseMax
    self.samples = samples
    self.experience = experience
  }

  /// The same for a tenant that took `time`; nil when nobody knows.
  public func expecting(_ time: TimeSpan?) -> SettleBudget {
    guard experience != nil, let time else { return self }
    return SettleBudget(
      budget: budget, pauseFirst: pauseFirst, pauseMax: pauseMax, samples: samples,
      experience: .took(time))
  }

  /// For tenants that were proven, and are proven again every `pause`: they need no time to come up, so two
  /// samples in a row that do not match are enough, as far apart as the plan's pauses and `pause` let them
  /// be.
  public func reproving(every pause: TimeSpan) -> SettleBudget {
    let apart = max(pauseFirst, min(pauseMax, .milliseconds(pause.milliseconds / 4)))
    var budget = SettleBudget(
      budget: budget, pauseFirst: pauseFirst, pauseMax: apart, samples: samples)
    budget.refutedBy = 2
    return budget
  }
}
