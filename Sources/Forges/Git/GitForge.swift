public import Capabilities
public import Vocabulary

/// Reads the history of a repository through the `git` program itself: a local one, or a remote one
/// through a private mirror.
///
/// Only git knows every format a repository can have, so git is asked, with argument lists and
/// never a shell. Exit codes and machine-readable output are the answers; texts only choose the
/// words of an ``Unknown``. Replacements and grafts are off: they could make history look other
/// than it is.
public struct GitForge: Forge {
  private let source: Source

  private enum Source {
    case local(path: String, GitProgram)
    case remote(GitMirror)
  }

  /// The repository at `path`: the top of a work tree, or a bare repository. Nothing in it is
  /// changed.
  /// - Parameters:
  ///   - git: The program, by name or path.
  ///   - timeLimit: How long one run of it may take.
  public init(local path: String, git: String = "git", timeLimit: TimeSpan = .seconds(60)) {
    source = .local(path: path, GitProgram(executable: git, timeLimit: timeLimit))
  }

  /// The repository at `address`. Its commits are kept in `mirror`, a directory that belongs to
  /// this forge alone: it is made when missing, and brought up to date before a branch or a name is
  /// looked up.
  public init(
    remote address: GitRemoteAddress, mirror: String, git: String = "git",
    timeLimit: TimeSpan = .seconds(60)
  ) {
    let program = GitProgram(executable: git, timeLimit: timeLimit)
    source = .remote(GitMirror(of: address, at: mirror, program))
  }

  public func head(of branch: BranchName) async -> Reading<Commit> {
    await reading { () async throws(Unknown) -> Commit? in
      guard let repository = try await current() else { return nil }
      let name = "refs/heads/\(branch)"
      guard let reference = try await repository.references(named: [name]).first else { return nil }
      guard reference.kind == .commit else {
        throw repository.damaged("\(name) names a \(reference.kind.rawValue), not a commit")
      }
      return reference.object
    }
  }

  public func ancestry(of commit: Commit, from base: Commit) async -> Reading<Ancestry> {
    await reading { () async throws(Unknown) -> Ancestry? in
      guard let repository = try await holding([base, commit]) else { return nil }
      if commit == base { return .identical }
      if try await repository.isAncestor(base, of: commit) { return .ahead }
      if try await repository.isAncestor(commit, of: base) { return .behind }
      // A path that is found is there; a path that is not found may lie where a shallow clone was
      // cut.
      guard try await !repository.isShallow() else {
        throw repository.shallow("cannot tell how \(commit.short) stands to \(base.short)")
      }
      return .diverged
    }
  }

  public func changedPaths(from base: Commit, to commit: Commit) async -> Reading<[String]> {
    await reading { () async throws(Unknown) -> [String]? in
      guard let repository = try await holding([base, commit]) else { return nil }
      return try await repository.changedPaths(from: base, to: commit)
    }
  }

  public func commit(named text: String) async -> Reading<Commit> {
    await reading { () async throws(Unknown) -> Commit? in
      guard let name = CommitNaming(text) else {
        throw Unknown(
          .unanswerable,
          "expected a SHA of at least \(CommitNaming.digitsMin) digits, a branch or a tag, "
            + "found '\(text)'"
        )
      }
      if case .full(let commit) = name {
        return try await holding([commit]) == nil ? nil : commit
      }
      guard let repository = try await current() else { return nil }
      if let commit = try await name.meaning(in: repository) { return commit }
      guard try await !repository.isShallow() else {
        throw repository.shallow("does not know '\(text)'")
      }
      return nil
    }
  }

  /// The repository as it is now; nil when it proves to be empty.
  private func current() async throws(Unknown) -> GitRepository? {
    switch source {
    case .local(let path, let program): try GitRepository(at: path, program)
    case .remote(let mirror): try await mirror.refreshed()
    }
  }

  /// The repository when it holds all of `commits`; nil when it proves that it lacks one.
  ///
  /// What lies between two commits never changes, so a mirror that has both is not brought up to
  /// date.
  private func holding(_ commits: [Commit]) async throws(Unknown) -> GitRepository? {
    switch source {
    case .local(let path, let program):
      let repository = try GitRepository(at: path, program)
      guard let lacking = try await repository.lacking(commits).first else { return repository }
      guard try await !repository.isShallow() else {
        throw repository.shallow("does not hold \(lacking.short)")
      }
      return nil
    case .remote(let mirror): return try await mirror.holding(commits)
    }
  }

  private func reading<Value>(
    _ ask: () async throws(Unknown) -> Value?
  ) async -> Reading<Value> {
    do throws(Unknown) {
      return try await ask().map(Reading.found) ?? .absent
    } catch {
      return .unknown(error)
    }
  }
}
