/// What one check said about one commit.
public struct CommitStatus: Hashable, Sendable, Codable {
  /// Only `success` opens a gate; `pending` waits; the rest are red.
  public enum State: String, Hashable, Sendable, Codable, CaseIterable {
    case success
    case pending
    case failure
    case error
    case cancelled
    case skipped
  }

  public let commit: Commit
  public let context: ContextName
  public let state: State
  /// Where a person can read more.
  public let address: HTTPAddress?
  /// The images it is about; nil when it is about the commit, whatever was built of it.
  public var images: [Digest]?

  public init(commit: Commit, context: ContextName, state: State, address: HTTPAddress?) {
    self.commit = commit
    self.context = context
    self.state = state
    self.address = address
  }
}
