import Capabilities
import TestSupport
import Testing
import Vocabulary

/// What every forge answers about the checks of a commit, however its lists are paged and ordered.
@Suite(.timeLimit(.minutes(1)))
struct ChecksContractTests {
  /// The rows that blocked a deployment for an hour on e6307e2f: 115 of them, the required success the
  /// oldest.
  private static let rows: [Status] =
    [Status("CI / all-required (push)", "success")]
    + (1..<115).map { Status("job \($0 % 57) (push)", $0 < 57 ? "pending" : "success") }

  @Test(arguments: Kind.allCases, [30, 50])
  func `a hundred and fifteen rows are read to the last`(kind: Kind, pageRowsMax: Int)
    async throws
  {
    for isOldestFirst in [false, true] {
      for announcesTotals in [true, false] {
        try await withReader(kind) { state in
          state.commits = commits
          state.statuses = [commits[2]: Self.rows]
          state.pageRowsMax = pageRowsMax
          state.isOldestFirst = isOldestFirst
          state.announcesTotals = announcesTotals
        } _: { reader in
          let found = await reader.forge.checks(of: commits[2]).value ?? []

          #expect(found.count == 58)
          #expect(found.allSatisfy { $0.state == .success }, "newest by id, whatever the order")
          #expect(found.contains { $0.context == "CI / all-required (push)" })
        }
      }
    }
  }

  @Test(arguments: Kind.allCases)
  func `a page that fails makes the whole list unknown`(kind: Kind) async throws {
    try await withReader(kind) { state in
      state.commits = commits
      state.statuses = [commits[2]: Self.rows]
      state.pageRowsMax = 50
      state.faults = [("page=2", .answer(502))]
    } _: { reader in
      let reading = await reader.forge.checks(of: commits[2])

      #expect(reading.cause == .serverError)
      #expect(reading.detail.contains("page 2"))
    }
  }

  @Test(arguments: Kind.allCases)
  func `a server that sends the same page for ever is unknown`(kind: Kind) async throws {
    let row = #"[{"id": 1, "status": "success", "state": "success", "context": "ci"}]"#
    try await withReader(kind) { state in
      state.commits = commits
      state.faults = [("statuses", .answer(200, body: Array(row.utf8)))]
    } _: { reader in
      #expect(await reader.forge.checks(of: commits[2]).cause == .malformed)
    }
  }

  @Test(arguments: Kind.allCases)
  func `a commit without checks has none, and one that is not there is absent`(kind: Kind)
    async throws
  {
    try await withReader(kind) {
      $0.commits = commits
    } _: { reader in
      #expect(await reader.forge.checks(of: commits[2]) == .found([]))
      #expect(await reader.forge.checks(of: strange) == .absent)
    }
  }

  @Test(arguments: Kind.allCases)
  func `words that nobody knows are not green`(kind: Kind) async throws {
    try await withReader(kind) { state in
      state.commits = commits
      state.statuses = [
        commits[2]: [Status("a", "bogus"), Status("b", "failure"), Status("c", "")]
      ]
    } _: { reader in
      let found = await reader.forge.checks(of: commits[2]).value ?? []

      #expect(found.map(\.state) == [.unrecognised, .failure, .unrecognised])
    }
  }

  @Test(arguments: Kind.allCases)
  func `a name that nobody can write is kept apart, not left out`(kind: Kind) async throws {
    let long = String(repeating: "x", count: 300)
    try await withReader(kind) { state in
      state.commits = commits
      state.statuses = [
        commits[2]: [
          Status("CI / build (push)", "success"), Status("", "failure"),
          Status("CI / te\u{202E}st", "failure"), Status("CI / te\u{202D}st", "success"),
          Status(long + "a", "failure"), Status(long + "b", "success"),
        ]
      ]
    } _: { reader in
      let found = await reader.forge.checks(of: commits[2]).value ?? []

      #expect(found.count == 6)
      #expect(found.filter { !$0.isUnnamed }.map(\.context) == ["CI / build (push)"])
      #expect(found.filter { $0.isUnnamed && $0.state == .failure }.count == 3)
      #expect(Set(found.filter(\.isUnnamed).map(\.context)).contains("CI / te?st"))
      let report = CheckReport(of: found, asking: ["CI / *"])
      #expect(report.asked.map(\.context) == ["CI / build (push)"])
      #expect(report.unnamed != nil)
    }
  }

  @Test(arguments: [Kind.giteaOld, .gitea, .forgejo])
  func `a job that was skipped because another failed is no success`(kind: Kind) async throws {
    try await withReader(kind) { state in
      state.commits = commits
      state.statuses = [
        commits[2]: [
          Status("CI / gate (push)", "success", description: "Has been skipped"),
          Status("CI / lint (push)", "failure", description: "Failing after 3s"),
          Status("CI / old (push)", "failure", description: "Has been cancelled"),
        ]
      ]
    } _: { reader in
      let found = await reader.forge.checks(of: commits[2]).value ?? []

      #expect(found.map(\.state) == [.skipped, .failure, .cancelled])
    }
  }

  @Test(arguments: Kind.allCases)
  func `two workflows that write one name count as the worse of them`(kind: Kind) async throws {
    // One run of one workflow: on GitHub a check suite, and every one of them is of the same app.
    func row(_ context: String, _ state: String, run: Int) -> Status {
      Status(
        context, state, url: "/acme/platform/actions/runs/\(run)/jobs/0",
        app: kind.isGitHub ? 15_368 : nil, suite: Int64(run))
    }
    try await withReader(kind) { state in
      state.commits = commits
      state.statuses = [
        commits[2]: [
          row("CI / test (push)", "failure", run: 1), row("CI / test (push)", "success", run: 2),
          row("CI / again (push)", "failure", run: 3), row("CI / again (push)", "success", run: 3),
        ]
      ]
    } _: { reader in
      let found = await reader.forge.checks(of: commits[2]).value ?? []

      #expect(found.map(\.context) == ["CI / again (push)", "CI / test (push)"])
      #expect(found.map(\.state) == [.success, .failure])
    }
  }

  @Test func `on GitHub check runs count beside statuses, and those of pawl's own run do not`()
    async throws
  {
    try await withReader(.github, ownRun: 77) { state in
      state.commits = commits
      state.statuses = [
        commits[2]: [
          Status("ci", "success", app: 15368), Status("ci", "failure", app: 9),
          Status("legacy", "success"),
          Status(
            "deploy", "in_progress", url: "https://github.com/acme/platform/actions/runs/77/job/1",
            app: 15368),
          Status("skipped", "skipped", app: 15368), Status("late", "timed_out", app: 15368),
        ]
      ]
    } _: { reader in
      let found = await reader.forge.checks(of: commits[2]).value ?? []

      #expect(found.map(\.context) == ["ci", "late", "legacy", "skipped"])
      #expect(found.map(\.state) == [.failure, .timedOut, .success, .skipped])
    }
  }
}
