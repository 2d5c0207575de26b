public import Diagnostics

/// What a rule is, for its page, for `--explain`, and for the tests, which run its examples.
///
/// A class: every rule hands it to whoever takes its findings, for every file.
public final class RuleAbout: Sendable, CustomStringConvertible {
  /// How sure a finding is, whatever its severity.
  public enum Confidence: String, Sendable, CaseIterable {
    /// It follows from the file and the server's source.
    case certain
    /// It follows from the file, read as people usually write it.
    case likely
  }

  /// Whether a machine may mend it.
  public enum Repair: String, Sendable, CaseIterable {
    /// The repaired file does what the old one did.
    case safe
    /// Probably what is wanted; a person must look.
    case unsafe
    case none
  }

  /// A fact from outside the files.
  public enum Fact: String, Sendable, CaseIterable {
    /// The status contexts that a merge waits for, from a list in the repository.
    case requiredContexts = "required-contexts"
    /// The same, as the server's branch protection has them.
    case protectedContexts = "protected-contexts"
    /// Trackers and whether they are open.
    case issues
    /// Logs of the last runs.
    case runs
    /// The revision a change starts from.
    case base
    /// The text of the pull request and of its commits.
    case pullRequest = "pull-request"
    /// Labels that runners have.
    case runnerLabels = "runner-labels"
    /// Names of secrets.
    case secrets
    /// Names of variables.
    case variables
  }

  /// What has to be said in pawl.yaml before the rule has something to look at.
  public enum Setting: String, Sendable, CaseIterable {
    /// What has production effects.
    case production = "lint.production"
    /// Labels of runners.
    case labels = "lint.runner-labels"
    /// Labels with a container engine.
    case dockerLabels = "lint.docker-labels"
    /// Labels of hosts that jobs share.
    case sharedLabels = "lint.shared-labels"
    case content = "lint.content"
    /// A house rule, whatever the server can do.
    case policy = "lint.policies"
  }

  public let id: RuleID
  public let severity: Finding.Severity
  public let confidence: Confidence
  public let repair: Repair
  /// Without these the rule cannot be checked, and says so.
  public let facts: [Fact]
  public let setting: Setting?
  /// One sentence that says what is the case.
  public let summary: String
  /// What comes of it, and on which servers.
  public let why: String
  /// What to do.
  public let advice: String
  /// See ``RuleExample``.
  public let bad: [String]
  public let good: [String]

  public var description: String { id.text }

  init(
    _ id: StaticString, _ severity: Finding.Severity, _ confidence: Confidence = .certain,
    repair: Repair = .none, facts: [Fact] = [], setting: Setting? = nil,
    summary: String, why: String, advice: String, bad: [String], good: [String]
  ) {
    self.id = RuleID(id)
    self.severity = severity
    self.confidence = confidence
    self.repair = repair
    self.facts = facts
    self.setting = setting
    self.summary = summary
    self.why = why
    self.advice = advice
    self.bad = bad
    self.good = good
  }
}
