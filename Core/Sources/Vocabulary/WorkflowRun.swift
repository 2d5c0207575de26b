/// The file of a workflow, as it is called in its folder: `e2e-staging.yml`.
public struct WorkflowFile: ParsedText {
  public static let noun = "workflow file"
  public static let expectation = "the name of a .yml or .yaml file, without its folder"
  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard (5...100).contains(text.utf8.count), text.hasSuffix(".yml") || text.hasSuffix(".yaml"),
      !text.hasPrefix("."), text.utf8.allSatisfy(isFileByte)
    else { return nil }
    return text
  }

  private static func isFileByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || "-_.".utf8.contains(byte)
  }
}

/// One run of a workflow, as a forge shows it now.
public struct WorkflowRun: Hashable, Sendable, Codable {
  public enum State: String, Hashable, Sendable, Codable, CaseIterable {
    /// Not ended: queued, waiting, requested, pending, blocked or in progress.
    case running
    case success
    case failure
    case timedOut
    case cancelled
    case skipped
    case neutral
    case actionRequired
    case stale
    /// Failed without having begun: the infrastructure failed, not the commit.
    case neverStarted
    /// A word this version does not know.
    case unrecognised
  }

  /// The forge's own number for it; higher is newer.
  public let id: Int64
  /// Counted from 1; a run that is started again keeps its ``id``.
  public let attempt: Int
  public let event: String
  public let state: State
  public let address: HTTPAddress?

  public init(id: Int64, attempt: Int, event: String, state: State, address: HTTPAddress?) {
    self.id = id
    self.attempt = attempt
    self.event = printable(event, charactersMax: 40)
    self.state = state
    self.address = address
  }
}

/// What a forge shows of one workflow and one commit.
public struct WorkflowReport: Hashable, Sendable, Codable {
  /// Newest first, a few; none is not yet proof that none will come.
  public let runs: [WorkflowRun]
  /// How many runs of any workflow the commit has: forges make them one after the other, some time after
  /// the push, so none at all means that they are not made yet.
  public let runsOfCommit: Int
  /// Where the workflow last ended well on the branch; asked only when the commit has no run of it.
  public let lastGreen: Commit?

  /// More runs of one workflow on one commit than this are of no interest.
  public static let runsMax = 10

  public init(runs: [WorkflowRun], runsOfCommit: Int, lastGreen: Commit? = nil) {
    self.runs = Array(runs.sorted { $0.id > $1.id }.prefix(Self.runsMax))
    self.runsOfCommit = runsOfCommit
    self.lastGreen = lastGreen
  }
}
