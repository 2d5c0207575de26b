// What a hosted forge can be told to write down or to start. None of it moves a release.

/// Starts a workflow that waits for `workflow_dispatch`.
public struct WorkflowDispatch: Hashable, Sendable {
  public let file: WorkflowFile
  /// A branch: no forge takes a commit here.
  public let branch: BranchName
  public let inputs: [Input]

  public struct Input: Hashable, Sendable {
    public let name: String
    public let value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(file: WorkflowFile, branch: BranchName, inputs: [Input] = []) {
    self.file = file
    self.branch = branch
    self.inputs = inputs
  }
}

/// Notes that a commit was, or was not, brought to an environment.
public struct DeploymentRecord: Hashable, Sendable {
  public enum State: String, Hashable, Sendable, CaseIterable {
    case inProgress = "in_progress"
    case success
    case failure
    case inactive
  }

  public let commit: Commit
  public let environment: DeliveryName
  public let state: State
  public let description: String

  public init(commit: Commit, environment: DeliveryName, state: State, description: String) {
    self.commit = commit
    self.environment = environment
    self.state = state
    self.description = printable(description, charactersMax: 140)
  }
}

/// What came of writing to a forge.
public enum ForgeWriteResult: Hashable, Sendable {
  /// Confirmed by the forge's answer.
  case written
  /// The forge refused: nothing was written.
  case refused(Unknown)
  /// No answer came: it may have been written, or may still be.
  case ambiguous(Unknown)
}

public enum IssueState: String, Hashable, Sendable, Codable, CaseIterable {
  case open
  case closed
}
