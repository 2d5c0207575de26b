/// The policy that a release waits while a newer commit is being built, instead of rolling out what is about
/// to be replaced.
///
/// It gives way to nothing by itself: what supersedes a release is a newer candidate, whose images exist. It
/// ends by itself, because a build can take for ever.
public struct NewerBuildGate: Hashable, Sendable, Codable {
  /// The workflow that builds the images.
  public let file: WorkflowFile
  /// How long to wait, all newer commits together.
  public let patience: TimeSpan

  public init(file: WorkflowFile, patience: TimeSpan) {
    self.file = file
    self.patience = patience
  }
}

/// What a forge shows of the head of the branch and of its build.
public struct NewerBuild: Hashable, Sendable, Codable {
  public enum State: String, Hashable, Sendable, Codable, CaseIterable {
    /// The head is the commit itself, or behind it: nothing is newer.
    case latest
    /// The head does not contain the commit: the branch was rewritten.
    case beside
    /// The forge has made no run for the head yet.
    case notBegun
    case running
    case built
    case failed
    /// The head has runs, and none of the build: it changes nothing that is built.
    case leftOut
    /// In a state that says nothing.
    case unclear
  }

  public let head: Commit
  public let state: State

  public init(head: Commit, state: State) {
    self.head = head
    self.state = state
  }

  /// A head that is ahead of the commit, by the newest run of its build.
  public init(head: Commit, build: WorkflowReport) {
    self.head = head
    state =
      switch build.runs.first?.state {
      case nil: build.runsOfCommit == 0 ? .notBegun : .leftOut
      case .running, .actionRequired: .running
      case .success: .built
      case .failure, .timedOut, .cancelled, .skipped, .neutral, .neverStarted: .failed
      case .stale, .unrecognised: .unclear
      }
  }
}
