/// How long a tenant may take to come up with the candidate, and how often it is asked meanwhile.
public struct SettleBudget: Hashable, Sendable, Codable {
  /// After this long without proof the tenant has failed.
  public let budget: TimeSpan
  /// The first pause between two samples; it doubles, with jitter, up to ``pauseMax``.
  public let pauseFirst: TimeSpan
  public let pauseMax: TimeSpan
  /// How many samples in a row must match before the tenant counts as proven.
  public let samples: Int

  public init(budget: TimeSpan, pauseFirst: TimeSpan, pauseMax: TimeSpan, samples: Int) {
    precondition(samples >= 1, "proof takes at least one sample")
    self.budget = budget
    self.pauseFirst = pauseFirst
    self.pauseMax = pauseMax
    self.samples = samples
  }
}
