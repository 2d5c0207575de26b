import Capabilities
import Forges
import Foundation
import Synchronization
import TestSupport
import Vocabulary

/// Where a history is read from: each kind of forge, and plain git, in a folder and from afar.
enum HistorySource: Hashable, Sendable, CaseIterable {
  case giteaOld, gitea, forgejo, github
  case folder, remote

  var kind: ScriptedForge.Kind? {
    switch self {
    case .giteaOld: .giteaOld
    case .gitea: .gitea
    case .forgejo: .forgejo
    case .github: .github
    case .folder, .remote: nil
    }
  }
}

/// One history: three commits on `main`, the second tagged `v1`, `release/1.x` on the first, one commit
/// beside the line, and one that shares nothing with it.
struct History: Sendable {
  let forge: any Forge
  let line: [Commit]
  let aside: Commit
  let unrelated: Commit
}

/// Runs `body` with the same history in a scripted forge, or in a real repository.
nonisolated(nonsending) func withHistory(
  _ source: HistorySource, _ body: (History) async throws -> Void
) async throws {
  guard let kind = source.kind else {
    let (repository, line, aside, unrelated) = try await repository()
    let forge: GitForge
    if source == .folder {
      forge = GitForge(local: repository.path)
    } else {
      forge = GitForge(
        remote: try GitRemoteAddress(parsing: repository.address),
        mirror: repository.scratch.path("mirror.git"))
    }
    return try await body(
      History(forge: forge, line: line, aside: aside, unrelated: unrelated))
  }
  let unrelated: Commit = "1111111111111111111111111111111111111111"
  try await withReader(kind) { state in
    state.commits = commits
    state.branches = ["main": commits[2], "release/1.x": commits[0]]
    state.tags = ["v1": commits[1]]
    state.strays = [strange: 0, unrelated: -1]
    state.files = [commits[1]: ["server/main.go", "README.md"], commits[2]: ["web/app.ts"]]
  } _: { reader in
    try await body(
      History(forge: reader.forge, line: commits, aside: strange, unrelated: unrelated))
  }
}

/// The history as git makes it.
private func repository() async throws -> (
  ScratchRepository, line: [Commit], aside: Commit, unrelated: Commit
) {
  let repository = try await Scratch().repository()
  func commit(_ files: String...) async throws -> Commit {
    for file in files {
      let url = URL(fileURLWithPath: "\(repository.path)/\(file)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(file.utf8).write(to: url)
    }
    try await repository.git("add", "--all")
    try await repository.git("commit", "--quiet", "-m", files[0])
    return try Commit(parsing: try await repository.git("rev-parse", "HEAD"))
  }
  let first = try await commit("Makefile")
  try await repository.git("branch", "release/1.x")
  let second = try await commit("server/main.go", "README.md")
  try await repository.git("tag", "v1")
  let third = try await commit("web/app.ts")
  try await repository.git("checkout", "--quiet", "-b", "aside", first.text)
  let aside = try await commit("aside")
  try await repository.git("checkout", "--quiet", "--orphan", "unrelated")
  let unrelated = try await commit("unrelated")
  try await repository.git("checkout", "--quiet", "main")
  return (repository, [first, second, third], aside, unrelated)
}
