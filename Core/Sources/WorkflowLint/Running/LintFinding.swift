public import Diagnostics

/// A finding with what a lint knows about it beyond its words.
public struct LintFinding: Hashable, Sendable {
  public private(set) var finding: Finding
  public let confidence: RuleAbout.Confidence
  public let fix: Fix?
  /// The same as long as the line stays the same and in its file, wherever in the file it stands.
  public internal(set) var fingerprint: String = ""
  /// It was there before, as the baseline says.
  public internal(set) var isKnown = false

  init(_ finding: Finding, about: RuleAbout, fix: Fix? = nil) {
    self.finding = finding
    confidence = about.confidence
    self.fix = fix
  }

  public var rule: RuleID { finding.rule }

  func with(_ severity: Finding.Severity) -> LintFinding {
    var copy = self
    copy.finding = Finding(
      severity, rule: finding.rule, finding.message, at: finding.place, hint: finding.hint,
      related: finding.related, excerpt: finding.excerpt)
    return copy
  }
}

/// Something that could not be found out. It is never reported as clean.
public struct Unverified: Hashable, Sendable {
  public let rule: RuleID
  public let why: String
  public let file: String?
}
