/// One thing that is the matter with a text: what, where, and what to do about it.
public struct Finding: Hashable, Sendable, Codable {
  public enum Severity: String, Hashable, Sendable, Codable, CaseIterable {
    /// The text cannot be used.
    case error
    /// It can be used, and something about it is probably not meant.
    case warning
    /// Worth knowing; nothing has to be done.
    case note
  }

  /// Another place that belongs to the finding, such as where a name was first taken.
  public struct Related: Hashable, Sendable, Codable {
    public let place: SourcePlace
    public let message: String

    public init(place: SourcePlace, message: String) {
      self.place = place
      self.message = message
    }
  }

  public let severity: Severity
  public let rule: RuleID
  /// What was expected and what was found, without a full stop. Never a secret.
  public let message: String
  public let place: SourcePlace
  /// The next step: `did you mean 'soak'?`
  public let hint: String?
  public let related: [Related]
  /// The line at ``place``; nil when there is none, or when it may hold a secret.
  public let excerpt: String?

  public init(
    _ severity: Severity, rule: RuleID, _ message: String, at place: SourcePlace,
    hint: String? = nil, related: [Related] = [], excerpt: String? = nil
  ) {
    self.severity = severity
    self.rule = rule
    self.message = message
    self.place = place
    self.hint = hint
    self.related = related
    self.excerpt = excerpt
  }

  /// The same finding with the line it is about.
  public func showing(_ excerpt: String?) -> Finding {
    Finding(
      severity, rule: rule, message, at: place, hint: hint, related: related, excerpt: excerpt)
  }
}
