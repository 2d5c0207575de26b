import Foundation
import Testing
import Vocabulary

extension BadInput {
  struct CommitInputTests {
    @Test func `a commit that the repository does not have`() async throws {
      try await withReleasedStage { stage in
        let unknown = String(repeating: "1", count: 40)
        for name in [unknown, "1111111111", "no-such-branch"] {
          try await stage.expectRefusal(
            of: "deploy", "--sha", name, code: 66,
            says: ["expected a commit, branch or tag, found none called '\(name)'"])
        }
      }
    }

    @Test func `a short SHA that two commits share`() async throws {
      // Of so many commits, always the same ones, some share their first four digits.
      try await withReleasedStage(Layout(commits: 1_000, built: 1)) { stage in
        let groups = Dictionary(grouping: stage.commits) { String($0.text.prefix(4)) }
        let (digits, sharing) = try #require(groups.first { $0.value.count == 2 })
        try await stage.expectRefusal(
          of: "deploy", "--sha", digits, code: 66,
          says: ["'\(digits)' is ambiguous"] + sharing.map { String($0.text.prefix(12)) })
      }
    }

    @Test func `a short SHA of one commit is resolved once and shown in full`() async throws {
      try await withReleasedStage { stage in
        let ended = try await stage.pawl(
          "deploy", "--sha", String(stage.commits[1].text.prefix(8)))
        stage.expect(ended, 0, ["deploy \(stage.commits[1])", "promoted"])
        try await stage.expectEverything(on: stage.commits[1])
      }
    }

    @Test func `a folder that is no repository`() async throws {
      try await withReleasedStage { stage in
        try FileManager.default.createDirectory(
          atPath: stage.path("folder"), withIntermediateDirectories: true)
        try stage.write(
          stage.settings.replacing(stage.path("source"), with: stage.path("folder")))
        for name in ["main", stage.commits[1].text] {
          try await stage.expectRefusal(
            of: "deploy", "--sha", name, code: 66,
            says: [
              "expected a git repository at \(stage.path("folder")), found none", "source.url",
            ])
        }
      }
    }

    @Test func `a repository that is not there`() async throws {
      try await withReleasedStage { stage in
        try stage.write(
          stage.settings.replacing(stage.path("source"), with: stage.path("nowhere")))
        try await stage.expectRefusal(
          of: "deploy", "--sha", "main", code: 66, says: [stage.path("nowhere"), "source.url"])
      }
    }

    @Test func `a commit that is not on the branch`() async throws {
      try await withReleasedStage { stage in
        let stray = try await successful(
          "git", "-C", stage.path("source"), "commit-tree", "-m", "stray", "main^{tree}",
          environment: [
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
          ])
        try await stage.expectRunToEnd(
          of: "deploy", "--sha", stray, code: 22, says: ["refused-off-lineage", "is not on main"])
      }
    }
  }
}
