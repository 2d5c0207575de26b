import Capabilities
import TestSupport
import Testing
import Vocabulary

/// What every forge answers about branches, commits and how they stand, one by one.
@Suite(.timeLimit(.minutes(1)))
struct HistoryContractTests {
  private static func line(_ state: inout ScriptedForge.State) {
    state.commits = commits
    state.branches = ["main": commits[2], "release/1.x": commits[0]]
    state.tags = ["v1": commits[1]]
    state.strays = [strange: 0, "1111111111111111111111111111111111111111": -1]
  }

  @Test(arguments: Kind.allCases)
  func `a branch has a head, and one that is not there is absent`(kind: Kind) async throws {
    try await withReader(kind, set: Self.line) { reader in
      #expect(await reader.forge.head(of: "main") == .found(commits[2]))
      #expect(await reader.forge.head(of: "release/1.x") == .found(commits[0]))
      #expect(await reader.forge.head(of: "mainl") == .absent)
    }
  }

  @Test(arguments: Kind.allCases)
  func `two commits are identical, ahead, behind or diverged`(kind: Kind) async throws {
    try await withReader(kind, set: Self.line) { reader in
      let forge = reader.forge
      #expect(await forge.ancestry(of: commits[1], from: commits[1]) == .found(.identical))
      #expect(await forge.ancestry(of: commits[2], from: commits[0]) == .found(.ahead))
      #expect(await forge.ancestry(of: commits[0], from: commits[2]) == .found(.behind))
      #expect(await forge.ancestry(of: strange, from: commits[2]) == .found(.diverged))
      #expect(
        await forge.ancestry(of: "1111111111111111111111111111111111111111", from: commits[2])
          == .found(.diverged), "they share nothing")
    }
  }

  @Test(arguments: Kind.allCases)
  func `a commit the repository lacks is absent, not behind`(kind: Kind) async throws {
    try await withReader(kind) {
      $0.commits = commits
    } _: { reader in
      #expect(await reader.forge.ancestry(of: strange, from: commits[0]) == .absent)
      #expect(await reader.forge.ancestry(of: commits[0], from: strange) == .absent)
    }
  }

  @Test(arguments: Kind.allCases)
  func `a name means a commit, an abbreviation too, and an unknown one nothing`(kind: Kind)
    async throws
  {
    try await withReader(kind, set: Self.line) { reader in
      #expect(await reader.forge.commit(named: commits[0].text) == .found(commits[0]))
      #expect(await reader.forge.commit(named: "7f25373") == .found(commits[1]))
      #expect(await reader.forge.commit(named: "main") == .found(commits[2]))
      #expect(await reader.forge.commit(named: "v1") == .found(commits[1]))
      #expect(await reader.forge.commit(named: "nothing-of-that-name") == .absent)
      #expect(await reader.forge.commit(named: "..").cause == .unanswerable)
    }
  }

  @Test(arguments: Kind.allCases)
  func `the changes between two commits name every path`(kind: Kind) async throws {
    try await withReader(kind) { state in
      Self.line(&state)
      state.files = [commits[1]: ["server/main.go", "README.md"], commits[2]: ["web/app.ts"]]
    } _: { reader in
      #expect(
        await reader.forge.changedPaths(from: commits[0], to: commits[2])
          == .found(["README.md", "server/main.go", "web/app.ts"]))
    }
  }

  @Test func `GitHub shows no more than 300 files, so more of them are unknown`() async throws {
    try await withReader(.github) { state in
      Self.line(&state)
      state.files = [commits[1]: (0..<400).map { "file-\($0)" }]
    } _: { reader in
      #expect(
        await reader.forge.changedPaths(from: commits[0], to: commits[1]).cause == .tooLarge)
    }
  }

  @Test(arguments: Kind.allCases)
  func `what a token may not see is unknown, never absent`(kind: Kind) async throws {
    try await withReader(kind) { state in
      Self.line(&state)
      state.isVisible = false
    } _: { reader in
      let head = await reader.forge.head(of: "main")

      #expect(head.cause == .forbidden)
      #expect(head.detail.contains("may not see it"))
      #expect(await reader.forge.ancestry(of: commits[1], from: commits[0]).cause == .forbidden)
      #expect(await reader.forge.checks(of: commits[1]).cause == .forbidden)
    }
  }
}
