import OrderedCollections
public import Vocabulary

/// The commit statuses that were reported, newest per commit and context.
public struct Statuses: Hashable, Sendable, Codable {
  /// Statuses of the most recently reported commits are kept; older ones must be reported again.
  public static let commitsMax = 500
  /// A commit with more contexts than this keeps those that were reported last.
  public static let contextsMax = 500

  private var ofCommit: OrderedDictionary<Commit, OrderedDictionary<ContextName, CommitStatus>> =
    [:]

  public init() {}

  /// All of one commit, in the order in which their contexts were first reported.
  public func all(of commit: Commit) -> [CommitStatus] {
    ofCommit[commit].map { Array($0.values) } ?? []
  }

  /// The newest of one context of exactly this commit.
  public func newest(_ context: ContextName, of commit: Commit) -> CommitStatus? {
    ofCommit[commit]?[context]
  }

  mutating func keep(_ status: CommitStatus) {
    var statuses = ofCommit.removeValue(forKey: status.commit) ?? [:]
    statuses[status.context] = status
    while statuses.count > Self.contextsMax { statuses.removeFirst() }
    ofCommit[status.commit] = statuses
    while ofCommit.count > Self.commitsMax { ofCommit.removeFirst() }
  }
}
