import Foundation
import SystemPackage
import TestSupport
import Testing
import Vocabulary

/// `pawl lint --online` against a scripted Gitea and GitHub: what it asks, and that what it is not told is
/// never clean.
@Suite(.timeLimit(.minutes(2)))
struct LintOnlineTests {
  static let kinds = [ScriptedForge.Kind.gitea, .github]

  private static let clean = """
    name: CI
    on: pull_request
    jobs:
      test: {name: test, runs-on: linux, steps: [{run: make}]}

    """

  /// What the required check is called on each.
  private static func context(_ kind: ScriptedForge.Kind, _ job: String) -> String {
    kind.isGitHub ? job : "CI / \(job) (pull_request)"
  }

  @Test(arguments: kinds)
  func `required contexts are read from the protection of the branch`(kind: ScriptedForge.Kind)
    async throws
  {
    try await Self.lint(kind, Self.clean.masked) { state in
      state.requiredContexts = [Self.context(kind, "test")]
      state.issues = [12: "open"]
      state.runnerLabels = ["linux"]
    } _: { ended in
      #expect(ended.code == 1, "\(ended)")
      #expect(ended.says("coe-on-required"), "\(ended)")
    }
  }

  @Test(arguments: kinds)
  func `everything that is asked and told makes a clean lint`(kind: ScriptedForge.Kind)
    async throws
  {
    let text = Self.clean.replacingOccurrences(
      of: "{run: make}", with: "{run: make, env: {T: \"${{ secrets.T }}${{ vars.V }}\"}}")
    try await Self.lint(kind, text) { state in
      state.requiredContexts = [Self.context(kind, "test")]
      (state.secrets, state.variables, state.runnerLabels) = (["T"], ["V": "1"], ["linux"])
    } _: { ended in
      #expect(ended.code == 0, "\(ended)")
      #expect(!ended.says("could not check"), "\(ended)")
    }
  }

  @Test func `a runner of Gitea that sets its own names alone is enough`() async throws {
    try await Self.inFolder(
      .gitea,
      { state in
        state.requiredContexts = [Self.context(.gitea, "test")]
        (state.issues, state.runnerLabels) = ([12: "open"], ["linux"])
      }
    ) { folder, environment in
      try Self.write(Self.clean.masked, in: folder)
      let renamed = environment.map { name, value in
        (name.hasPrefix("GITHUB_") ? "GITEA_" + name.dropFirst("GITHUB_".count) : name, value)
      }
      let ended = try await Self.pawl(
        ["lint", "--online"], in: folder, Dictionary(renamed) { first, _ in first })

      #expect(ended.code == 1, "\(ended)")
      #expect(ended.says("coe-on-required"), "\(ended)")
      #expect(!ended.says("could not check"), "\(ended)")
    }
  }

  @Test(arguments: kinds)
  func `a tracker that is closed, old or not there does not excuse a mask`(
    kind: ScriptedForge.Kind
  ) async throws {
    for (state, opened, words) in [
      ("closed", "2026-11-20", "which is closed"), ("open", "2020-01-01", "days"),
      (nil, "", "which does not exist"),
    ] {
      try await Self.lint(kind, Self.clean.masked) { forge in
        forge.issues = state.map { [12: $0] } ?? [:]
        forge.issuesOpened = opened
        forge.runnerLabels = ["linux"]
      } _: { ended in
        #expect(ended.code == 1, "\(ended)")
        #expect(ended.says(words, "coe-untracked"), "\(ended)")
      }
    }
  }

  @Test(arguments: kinds)
  func `a name that nobody has set is found`(kind: ScriptedForge.Kind) async throws {
    let text = Self.clean.replacingOccurrences(
      of: "{run: make}", with: "{run: make, env: {T: \"${{ secrets.TOKN }}\"}}")
    try await Self.lint(kind, text, "--fail-on", "warning") { state in
      (state.secrets, state.runnerLabels) = (["TOKEN"], ["linux"])
    } _: { ended in
      #expect(ended.code == 1, "\(ended)")
      #expect(ended.says("nobody has set the secret 'TOKN'", "did you mean 'TOKEN'?"), "\(ended)")
    }
  }

  @Test(arguments: kinds)
  func `a label that no runner shows may be one of the server's`(kind: ScriptedForge.Kind)
    async throws
  {
    try await Self.lint(kind, Self.clean) {
      $0.runnerLabels = ["windows"]
    } _: { ended in
      #expect(ended.code == 4, "\(ended)")
      #expect(ended.says("could not check runner-label-unknown", "'linux'"), "\(ended)")
    }
  }

  @Test(arguments: kinds)
  func `what a mask hid is read from the logs of the last runs`(kind: ScriptedForge.Kind)
    async throws
  {
    for (log, code) in [("ok", Int32(0)), ("--- FAIL: TestRollback", 1)] {
      try await Self.change(kind, from: Self.clean.masked, to: Self.clean) { state in
        state.runs = (0..<5).map { _ in
          var run = ScriptedForge.Run("ci.yml", "success", of: Self.commit)
          run.jobs = [("lint", "success", "--- FAIL"), ("test", "success", log)]
          return run
        }
      } _: { ended in
        #expect(ended.code == code, "\(ended)")
        #expect(ended.says("coe-preflip-unproven") == (code == 1), "\(ended)")
      }
    }
  }

  @Test(arguments: kinds)
  func `the text of the pull request is read with its commits`(kind: ScriptedForge.Kind)
    async throws
  {
    let sentinel =
      "  all-required: {needs: [test], if: always(), runs-on: linux, steps: [{run: \"t\"}]}\n"
    for (message, code) in [("mask it", Int32(1)), ("mask it\n\nPaired: #12", 0)] {
      try await Self.change(
        kind, from: Self.clean + sentinel, to: Self.clean.masked + sentinel,
        "--only", "mask-pr-split"
      ) { state in
        state.pulls = [7: (title: "Mask the test", messages: ["one", message])]
      } _: { ended in
        #expect(ended.code == code, "\(ended)")
        #expect(ended.says("mask-pr-split") == (code == 1), "\(ended)")
      }
    }
  }

  @Test(arguments: kinds)
  func `what the forge refuses, breaks off or garbles could not be checked`(
    kind: ScriptedForge.Kind
  ) async throws {
    for reply in [
      FaultyServer.Reply.answer(401), .answer(403), .answer(500),
      .answer(200, body: Array("<".utf8)),
    ] {
      try await Self.lint(kind, Self.clean.masked) { state in
        state.faults = [("/", reply)]
      } _: { ended in
        #expect(ended.code == 4, "\(ended)")
        #expect(ended.says("could not check coe-on-required: required-contexts: "), "\(ended)")
        #expect(ended.says("could not check coe-untracked"), "\(ended)")
        #expect(!ended.says("t0ken"), "\(ended)")
      }
    }
  }

  @Test func `without a forge nothing could be checked, and the command says which is expected`()
    async throws
  {
    try await withTemporaryDirectory { folder in
      let text = Self.clean.data(using: .utf8) ?? Data()
      try text.write(to: URL(filePath: folder.string).appending(path: "ci.yml"))
      let ended = try await process(
        "env", ["-C", folder.string, try Programs.pawl(), "lint", "--online", "ci.yml"])

      #expect(ended.code == 4, "\(ended)")
      #expect(ended.says("no forge is known: expected 'source' of pawl.yaml"), "\(ended)")
    }
  }
}

extension String {
  /// The workflow with a mask on its job, and a tracker beside it.
  fileprivate var masked: String {
    replacingOccurrences(
      of: "  test: {name: test, ",
      with: "  # see #12\n  test: {continue-on-error: true, name: test, ")
  }
}

// MARK: - Stage

extension LintOnlineTests {
  private static let commit: Commit = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"

  private nonisolated(nonsending) static func lint(
    _ kind: ScriptedForge.Kind, _ text: String, _ more: String...,
    set: @escaping (inout ScriptedForge.State) -> Void, _ check: (Ended) -> Void
  ) async throws {
    try await inFolder(kind, set) { folder, environment in
      try write(text, in: folder)
      check(try await pawl(["lint", "--online"] + more, in: folder, environment))
    }
  }

  /// Lints a change in a job of a pull request.
  private nonisolated(nonsending) static func change(
    _ kind: ScriptedForge.Kind, from before: String, to after: String, _ more: String...,
    set: @escaping (inout ScriptedForge.State) -> Void, _ check: (Ended) -> Void
  ) async throws {
    try await inFolder(
      kind,
      { state in
        (state.issues, state.runnerLabels) = ([12: "open"], ["linux"])
        state.pulls = [7: (title: "A change", messages: [])]
        set(&state)
      }
    ) { folder, environment in
      try write(before, in: folder)
      for arguments in [
        ["init", "--quiet", "--initial-branch=main"], ["add", "."],
        ["commit", "--quiet", "--message=one"],
      ] {
        let ended = try await process("git", ["-C", folder] + arguments, environment: environment)
        #expect(ended.code == 0, "\(ended)")
      }
      try write(after, in: folder)
      check(
        try await pawl(
          ["lint", "--online", "--base", "HEAD", "--skip", "new-context-undeclared"] + more,
          in: folder, environment))
    }
  }

  private nonisolated(nonsending) static func inFolder(
    _ kind: ScriptedForge.Kind, _ set: (inout ScriptedForge.State) -> Void,
    _ body: (String, [String: String]) async throws -> Void
  ) async throws {
    let forge = ScriptedForge(kind) { state in
      state.commits = [commit]
      state.branches = ["main": commit]
      state.issuesOpened = today
      set(&state)
    }
    try await withFaultyServer({ forge.reply(to: $0) }) { server in
      var environment = [
        "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": ScriptedForge.repository,
        "GITHUB_SERVER_URL": "\(server.address)", "GITHUB_TOKEN": "t0ken-of-the-job",
        "GITHUB_BASE_REF": "main", "GITHUB_REF": "refs/pull/7/head",
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.com", "GIT_CONFIG_GLOBAL": "/dev/null",
      ]
      if !kind.isGitHub { environment["GITEA_ACTIONS"] = "true" }
      try await withTemporaryDirectory { try await body($0.string, environment) }
    }
  }

  private static var today: String {
    Date().formatted(.iso8601.year().month().day())
  }

  private static func write(_ text: String, in folder: String) throws {
    let workflows = URL(filePath: folder).appending(path: ".gitea/workflows")
    try FileManager.default.createDirectory(at: workflows, withIntermediateDirectories: true)
    try text.write(to: workflows.appending(path: "ci.yml"), atomically: true, encoding: .utf8)
  }

  private static func pawl(
    _ arguments: [String], in folder: String, _ environment: [String: String]
  ) async throws -> Ended {
    let target = environment["GITEA_ACTIONS"] == nil ? "github" : "gitea"
    return try await process(
      "env", ["-C", folder, try Programs.pawl()] + arguments + ["--target", target],
      environment: environment)
  }
}
