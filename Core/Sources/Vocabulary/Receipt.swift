/// The evidence about one tenant: what was expected, what was seen, how often, and what follows.
public struct Receipt: Hashable, Sendable, Codable {
  public enum Finding: Hashable, Sendable, Codable {
    /// The newest consecutive samples all named the expected commit and were healthy.
    case proven
    /// It answered throughout, and always with another commit.
    case stale(Commit)
    /// It named the expected commit but was not healthy.
    case unhealthy
    /// It answered without naming a full commit.
    case unidentified(String)
    /// It named a commit, and what runs it says that it runs something else.
    case lying(String)
    /// It named the expected commit, and what runs it could not be asked or does not know.
    case unconfirmed(Unknown)
    /// It did not answer.
    case unreachable(Unknown)
    /// What would run it proves that nothing is there.
    case gone
    /// It changed its answer until the budget ended.
    case unsettled
  }

  public let tenant: TenantSlug
  public let expected: Commit
  public let finding: Finding
  /// How many samples were taken, and over how long.
  public let samples: Int
  public let elapsed: TimeSpan
  /// Between which two looks it came up, in the time of ``elapsed``; nil when it was there at the first look
  /// or before it was looked for, when it did not stay, and where that was not kept.
  public let cameUp: Interval?

  /// After a look that did not find it there, and no later than the next one, which did.
  public struct Interval: Hashable, Sendable, Codable {
    public let after: TimeSpan
    public let until: TimeSpan

    public init(after: TimeSpan, until: TimeSpan) {
      self.after = after
      self.until = until
    }

    public var middle: TimeSpan { .milliseconds((after.milliseconds + until.milliseconds) / 2) }
  }

  public init(
    tenant: TenantSlug, expected: Commit, finding: Finding, samples: Int, elapsed: TimeSpan,
    cameUp: Interval? = nil
  ) {
    self.tenant = tenant
    self.expected = expected
    self.finding = finding
    self.samples = samples
    self.elapsed = elapsed
    self.cameUp = cameUp
  }

  public var isProof: Bool { finding == .proven }
}
