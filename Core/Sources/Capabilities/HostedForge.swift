public import Vocabulary

/// A forge that keeps what checks say, runs workflows and holds variables. Adapters perform, they never
/// decide.
///
/// Reads are complete or unknown: a page that failed makes the whole list unknown, and absent is said only
/// where the forge has proven that it would have shown the thing to this credential.
public protocol HostedForge: Forge {
  /// Every check of `commit`, each context once: of several rows the newest, of several sources of one
  /// name the worst.
  func checks(of commit: Commit) async -> Reading<[Check]>

  /// The runs of one workflow for one commit on one branch, newest first.
  func runs(
    of workflow: WorkflowFile, on branch: BranchName, commit: Commit
  ) async -> Reading<WorkflowReport>

  /// An Actions variable as it is set now, not as a job saw it when it began.
  func variable(_ name: VariableName, at level: VariableLevel) async -> Reading<String>

  /// What the branch's protection wants green.
  func requiredContexts(of branch: BranchName) async -> Reading<[ContextPattern]>

  func issue(_ number: Int) async -> Reading<IssueState>

  /// Starts a workflow. Not safe to repeat: each call is a run.
  func dispatch(_ dispatch: WorkflowDispatch) async -> ForgeWriteResult

  /// Writes a commit status. Repeating it adds a row that says the same.
  func report(_ status: CommitStatus, description: String) async -> ForgeWriteResult

  /// Notes a deployment, where the forge has a place for it.
  func record(_ deployment: DeploymentRecord) async -> ForgeWriteResult
}
