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
}
