public import Vocabulary

/// Reads the history of the source repository. Adapters perform, they never decide.
///
/// Every answer is three-valued: a failed read is ``Reading/unknown(_:)``, never absence.
public protocol Forge: Sendable {
  /// The commit `branch` points at now; absent when the repository proves it has no such branch.
  func head(of branch: BranchName) async -> Reading<Commit>

  /// How `commit` stands to `base`. Absent when the repository proves it lacks one of them.
  func ancestry(of commit: Commit, from base: Commit) async -> Reading<Ancestry>

  /// The one commit that an abbreviation, tag or branch typed by a person means.
  /// Ambiguity is ``Unknown/Cause/unanswerable``, with the candidates in its detail.
  func commit(named text: String) async -> Reading<Commit>

  /// The paths that differ between two commits, sorted.
  func changedPaths(from base: Commit, to commit: Commit) async -> Reading<[String]>
}
