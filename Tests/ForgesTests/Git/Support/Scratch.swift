import Foundation
import Subprocess
import SystemPackage
import Testing
import Vocabulary

/// A directory of its own for one test, with real repositories in it, made by git itself.
final class Scratch: Sendable {
  let directory: String

  init() throws {
    directory =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("pawl-forge-\(UUID().uuidString)").resolvingSymlinksInPath().path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// An empty repository with `main` checked out.
  func repository(_ name: String = "source", _ options: String...) async throws -> ScratchRepository
  {
    let repository = ScratchRepository(path: path(name), scratch: self)
    try await git(
      ["init", "--quiet", "--initial-branch=main"] + options + ["--", repository.path])
    return repository
  }

  /// `names` commits one after the other on `main`, each changing a file of its own name.
  func line(_ names: String...) async throws -> (ScratchRepository, [Commit]) {
    let repository = try await repository()
    var commits: [Commit] = []
    for name in names { commits.append(try await repository.commit(name)) }
    return (repository, commits)
  }
}

struct ScratchRepository: Sendable {
  let path: String
  /// Kept so that the directory lasts as long as the repository is used.
  let scratch: Scratch

  var address: String { "file://\(path)" }

  @discardableResult
  func git(_ arguments: String...) async throws -> String {
    try await ForgesTests.git(["-C", path] + arguments)
  }

  func commit(_ name: String) async throws -> Commit {
    try Data(name.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    try await git("add", "--", name)
    try await git("commit", "--quiet", "-m", name)
    return try Commit(parsing: try await git("rev-parse", "HEAD"))
  }
}

/// Runs git apart from the settings of whoever runs the tests; its output without the last newline.
@discardableResult
func git(_ arguments: [String], input: String = "") async throws -> String {
  let result = try await run(
    .name("git"), arguments: Arguments(arguments),
    environment: .inherit.updating([
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_DIR": nil,
      "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
      "GIT_AUTHOR_DATE": "2026-11-21T05:38:55Z",
      "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
      "GIT_COMMITTER_DATE": "2026-11-21T05:38:55Z",
    ]), input: .string(input), output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
  try #require(
    result.terminationStatus.isSuccess, "git \(arguments): \(result.standardError)")
  return result.standardOutput.trimmingCharacters(in: .newlines)
}

/// What was not learnt, when it was not.
func unknown<Value>(_ reading: Reading<Value>) -> Unknown? {
  if case .unknown(let unknown) = reading { unknown } else { nil }
}
