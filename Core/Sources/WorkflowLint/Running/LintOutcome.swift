public import Diagnostics

/// What a lint found, and what it looked at.
public struct LintOutcome: Sendable {
  public internal(set) var findings: [LintFinding] = []
  public internal(set) var unverified: [Unverified] = []
  public internal(set) var counts = Counts()
  /// Rules that were not asked, because nobody named a source for the facts they need, or declared
  /// what they look at.
  public internal(set) var notAsked: [RuleAbout] = []
  /// Every server that a file was looked at for.
  public internal(set) var targets: [Target] = []

  public struct Counts: Hashable, Sendable {
    public var files = 0
    public var unparseable = 0
    public var jobs = 0
    public var productionJobs = 0
    public var productionSteps = 0
    /// Findings that a comment with a reason takes away.
    public var suppressed = 0
  }

  /// The exit code (docs/reference/exit-codes.md): a file that could not be read outweighs findings,
  /// and what could not be checked outweighs clean.
  public func exitCode(failOn threshold: Finding.Severity?) -> Int32 {
    if counts.unparseable > 0 { return 3 }
    let fails = findings.contains { finding in
      guard let threshold, !finding.isKnown else { return false }
      return finding.finding.severity.rank <= threshold.rank
    }
    if fails { return 1 }
    return unverified.isEmpty ? 0 : 4
  }
}

extension Finding.Severity {
  /// The worst is 0.
  public var rank: Int {
    switch self {
    case .error: 0
    case .warning: 1
    case .note: 2
    }
  }
}
