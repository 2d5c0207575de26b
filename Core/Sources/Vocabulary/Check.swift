/// What one check says about one commit, as a forge shows it now: a commit status or a check run.
public struct Check: Hashable, Sendable, Codable {
  /// Only `success` is green. `skipped` and `neutral` are green where a rule says so, `pending` waits, and
  /// whatever is not understood is not green.
  public enum State: String, Hashable, Sendable, Codable, CaseIterable {
    case success
    case pending
    case failure
    case error
    case cancelled
    case skipped
    case neutral
    case timedOut
    case actionRequired
    case stale
    /// Reported as failed without having begun: the infrastructure failed, not the commit.
    case neverStarted
    /// A word this version does not know.
    case unrecognised

    /// Whether nothing but a new run changes it.
    var hasEnded: Bool {
      switch self {
      case .pending, .actionRequired, .stale, .unrecognised: false
      case .success, .failure, .error, .cancelled, .skipped, .neutral, .timedOut, .neverStarted:
        true
      }
    }
  }

  public let context: ContextName
  public let state: State
  /// When the forge last changed it, by its own clock; for people.
  public let since: Timestamp?
  /// Where a person can read more.
  public let address: HTTPAddress?
  /// Whether ``context`` is only what can be shown of a name that is not one: empty, too long, or with
  /// characters that nobody can see. No rule can name such a check, and a pattern may mean it.
  public var isUnnamed = false

  private enum CodingKeys: String, CodingKey { case context, state, since, address }

  public init(
    context: ContextName, state: State, since: Timestamp? = nil, address: HTTPAddress? = nil
  ) {
    self.context = context
    self.state = state
    self.since = since
    self.address = address
  }
}

/// The checks of one commit that somebody asked about, and the names of those nobody did.
public struct CheckReport: Hashable, Sendable, Codable {
  /// Enough to find a misspelt name among; the rest is counted.
  public static let othersMax = 40

  /// Those that were asked about, each context once, by name.
  public let asked: [Check]
  /// The names of other contexts, by name, at most ``othersMax``.
  public let others: [ContextName]
  /// How many contexts the commit has, all together.
  public let count: Int
  /// What can be shown of the name of a check that is not green and that no rule can name; nil when there
  /// is none.
  public let unnamed: ContextName?
  /// How many of all have not ended, or do not plainly say so; nil where nobody counted.
  public let unfinished: Int?

  public init(
    asked: [Check], others: [ContextName], count: Int, unnamed: ContextName? = nil,
    unfinished: Int? = nil
  ) {
    self.asked = asked
    self.others = others
    self.count = count
    self.unnamed = unnamed
    self.unfinished = unfinished
  }

  /// Sorts all checks of a commit into those that `patterns` ask about and the names of the rest.
  public init(of checks: [Check], asking patterns: [ContextPattern]) {
    let sorted = checks.filter { !$0.isUnnamed }.sorted { $0.context < $1.context }
    asked = sorted.filter { check in patterns.contains { $0.matches(check.context) } }
    others = Array(
      sorted.filter { check in !patterns.contains { $0.matches(check.context) } }
        .map(\.context).prefix(Self.othersMax))
    count = checks.count
    unnamed = checks.first { $0.isUnnamed && $0.state != .success }?.context
    unfinished = checks.count { !$0.state.hasEnded }
  }
}
