// What a forge knows about a repository beside its commits and checks.

/// An issue or a pull request, as far as somebody who waits for it needs it.
public struct IssueRecord: Hashable, Sendable {
  public let state: IssueState
  /// The day it was opened, in UTC: `2026-11-20`.
  public let opened: String

  public init(state: IssueState, opened: String) { (self.state, self.opened) = (state, opened) }
}

/// What one job of a run ended as, and what it printed.
public struct JobLog: Hashable, Sendable {
  /// As the forge says it, behind a mask too.
  public let succeeded: Bool
  public let text: String

  public init(succeeded: Bool, text: String) { (self.succeeded, self.text) = (succeeded, text) }
}
