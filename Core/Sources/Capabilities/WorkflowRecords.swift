public import Vocabulary

/// What a forge knows that workflow files are judged by.
///
/// Nothing is left out of an answer: what could not be read makes all of it unknown.
public protocol WorkflowRecords: Sendable {
  /// An issue or a pull request of the repository.
  func issueRecord(_ number: Int) async -> Reading<IssueRecord>

  /// The title and the body of a pull request, and the messages of its commits, below each other.
  func pullRequestText(_ number: Int) async -> Reading<String>

  /// What the job called `title` printed in the last ended runs of `file` on `branch`, newest first.
  ///
  /// Runs in which it did not take part are passed over.
  func jobLogs(
    of title: String, in file: WorkflowFile, on branch: BranchName, runsMax: Int
  ) async -> Reading<[JobLog]>

  /// The labels of the runners that the repository and its owner have. Those of the whole server are not
  /// shown to a repository.
  func runnerLabels() async -> Reading<[String]>

  /// The names of the secrets that workflows of the repository can read, its owner's included.
  func secretNames() async -> Reading<[String]>

  /// The same of variables.
  func variableNames() async -> Reading<[String]>
}
