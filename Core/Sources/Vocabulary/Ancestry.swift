/// How a commit stands to a base, as `git merge-base --is-ancestor` asked both ways tells it.
public enum Ancestry: String, Hashable, Sendable, Codable, CaseIterable {
  /// They are one commit.
  case identical
  /// The base is an ancestor: moving from it to the commit goes forward.
  case ahead
  /// The commit is an ancestor of the base: moving to it goes backward.
  case behind
  /// Neither is an ancestor of the other.
  case diverged

  /// Whether moving from the base to the commit never loses a change.
  public var isForward: Bool {
    switch self {
    case .identical, .ahead: true
    case .behind, .diverged: false
    }
  }
}
