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

  @Test(arguments: HistorySource.allCases)
  func `a branch has a head, and one that is not there is absent`(source: HistorySource)
    async throws
  {
    try await withHistory(source) { history in
      #expect(await history.forge.head(of: "main") == .found(history.line[2]))
      #expect(await history.forge.head(of: "release/1.x") == .found(history.line[0]))
      #expect(await history.forge.head(of: "mainl") == .absent)
    }
  }

  @Test(arguments: HistorySource.allCases)
  func `two commits are identical, ahead, behind or diverged`(source: HistorySource) async throws {
    try await withHistory(source) { history in
      let (forge, line) = (history.forge, history.line)
      #expect(await forge.ancestry(of: line[1], from: line[1]) == .found(.identical))
      #expect(await forge.ancestry(of: line[2], from: line[0]) == .found(.ahead))
      #expect(await forge.ancestry(of: line[0], from: line[2]) == .found(.behind))
      #expect(await forge.ancestry(of: history.aside, from: line[2]) == .found(.diverged))
      #expect(
        await forge.ancestry(of: history.unrelated, from: line[2]) == .found(.diverged),
        "they share nothing")
    }
  }

  @Test(arguments: HistorySource.allCases)
  func `a commit the repository lacks is absent, not behind`(source: HistorySource) async throws {
    let lost: Commit = "fedcba9876543210fedcba9876543210fedcba98"
    try await withHistory(source) { history in
      #expect(await history.forge.ancestry(of: lost, from: history.line[0]) == .absent)
      #expect(await history.forge.ancestry(of: history.line[0], from: lost) == .absent)
      #expect(await history.forge.ancestry(of: lost, from: lost) == .absent)
    }
  }

  @Test(arguments: HistorySource.allCases)
  func `a name means a commit, an abbreviation too, and an unknown one nothing`(
    source: HistorySource
  ) async throws {
    try await withHistory(source) { history in
      let (forge, line) = (history.forge, history.line)
      #expect(await forge.commit(named: line[0].text) == .found(line[0]))
      #expect(await forge.commit(named: String(line[1].text.prefix(7))) == .found(line[1]))
      #expect(await forge.commit(named: "main") == .found(line[2]))
      #expect(await forge.commit(named: "v1") == .found(line[1]))
      #expect(await forge.commit(named: "nothing-of-that-name") == .absent)
      #expect(await forge.commit(named: "..").cause == .unanswerable)
    }
  }

  @Test(arguments: HistorySource.allCases)
  func `the changes between two commits name every path`(source: HistorySource) async throws {
    try await withHistory(source) { history in
      #expect(
        await history.forge.changedPaths(from: history.line[0], to: history.line[2])
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
