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

  public init(
    tenant: TenantSlug, expected: Commit, finding: Finding, samples: Int, elapsed: TimeSpan
  ) {
    self.tenant = tenant
    self.expected = expected
    self.finding = finding
    self.samples = samples
    self.elapsed = elapsed
  }

  public var isProof: Bool { finding == .proven }
}
