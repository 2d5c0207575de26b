import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Forges

/// What real Gitea servers answered, read as values: nothing here was made up.
struct RecordingTests {
  private static let versions = ["gitea-1.22.6", "gitea-1.25.4"]
  private static let head: Commit = "186306fc992e50c333b1bda76e9f43387dd3b582"

  private func statuses(_ name: String) throws -> ForgePage<GiteaReports.StatusRow> {
    try GiteaReports.statuses(try Recording(name).answer, ownRun: nil, what: "recorded")
  }

  @Test(arguments: versions)
  func `a branch names its commit`(version: String) throws {
    let answer = try Recording("\(version)/006-auth-token").answer
    let branch = try document(GiteaReports.Branch.self, from: answer.body, what: "recorded")

    #expect(try fullCommit(branch.commit.id, what: "recorded") == Self.head)
  }

  @Test(arguments: versions)
  func `fifty-six contexts lie on two pages, a hundred asked for or not`(version: String) throws {
    let first = try statuses("\(version)/203-statuses-56-page1")
    let second = try statuses("\(version)/065-statuses-56-p2")

    #expect((first.rows.count, second.rows.count) == (50, 6))
    #expect((first.total, second.total) == (56, 56))
    let checks = reduced((first.rows + second.rows).compactMap(\.check))
    #expect(checks.count == 56)
    #expect(checks.filter { $0.state == .failure }.count == 1)
  }

  @Test(arguments: versions)
  func `of five rows of one second the highest id counts`(version: String) throws {
    let rows = try statuses("\(version)/045-statuses-history-default").rows.compactMap(\.check)

    let checks = reduced(rows)

    #expect(checks.map(\.context) == ["ci/flap", "ci/other"])
    #expect(checks.map(\.state) == [.success, .pending])
    #expect(reduced(rows.reversed()) == checks, "whatever the order")
  }

  @Test(arguments: versions)
  func `how many commits one has that another lacks is in the header`(version: String) throws {
    #expect(try Recording("\(version)/087-count-ahead").answer.totalCount == 5)
    #expect(try Recording("\(version)/093-count-unrelated-rev").answer.totalCount == 1)
  }

  @Test(arguments: versions)
  func `a missing object is JSON, an endpoint that is not there is not`(version: String) throws {
    let dialect = GiteaDialect()

    #expect(dialect.isMissingObject(try Recording("\(version)/020-branch-missing").answer))
    #expect(dialect.isMissingObject(try Recording("\(version)/100-commit-get-missing").answer))
    let tasks = try Recording("gitea-1.22.6/123-probe-actions-tasks")
    #expect(tasks.status == 404)
    #expect(!dialect.isMissingObject(tasks.answer))
  }

  @Test(arguments: versions)
  func `a refusal names the scope it wants`(version: String) throws {
    let dialect = GiteaDialect()

    #expect(
      dialect.permissionsNamed(by: try Recording("\(version)/014-scope-insufficient").answer)
        == ["read:repository"])
    #expect(
      dialect.permissionsNamed(by: try Recording("\(version)/119-var-get-writer").answer) == [])
  }

  @Test func `an old list of variables has names and no values`() throws {
    let list = try Recording("gitea-1.22.6/118-var-list").answer
    let rows = try document([GiteaReports.Variable].self, from: list.body, what: "recorded")

    #expect(!rows.isEmpty)
    #expect(rows.allSatisfy { ($0.data ?? "").isEmpty })
    let one = try Recording("gitea-1.22.6/104-var-get").answer
    #expect(
      try document(GiteaReports.Variable.self, from: one.body, what: "recorded").data?.isEmpty
        == false)
  }

  @Test func `runs are of a file, an event and a state`() throws {
    func runs(_ name: String) throws -> [GiteaReports.RunRow] {
      try GiteaReports.runs(try Recording("gitea-1.25.4/\(name)").answer, what: "recorded").rows
    }
    let queued = try runs("303-act-1-runs")
    #expect(queued.map(\.file) == ["dup.yml", "build.yml"])
    #expect(queued.map(\.run.state) == [.running, .running])

    let ended = try runs("350-act-7-runs")
    #expect(ended.map(\.run.id) == [10, 9, 8, 7, 6, 5])
    #expect(
      ended.map(\.run.state) == [.success, .success, .cancelled, .cancelled, .success, .failure])
    #expect(ended.filter { $0.run.event == "push" }.map(\.run.id) == [6, 5])
    #expect(ended.allSatisfy { $0.branch == "main" })
    #expect(try runs("364-act-runs-q-head_sha-449db74c").isEmpty, "a short SHA finds nothing")
  }

  @Test func `a run that failed without having started is told apart by its unset time`() throws {
    func state(_ started: String) throws -> WorkflowRun.State? {
      let body =
        #"{"workflow_runs":[{"id":1,"path":"a.yml@refs/heads/main","status":"completed","#
        + #""conclusion":"failure","started_at":"\#(started)"}],"total_count":1}"#
      let answer = HTTPAnswer(status: 200, headers: [], body: Array(body.utf8))
      return try GiteaReports.runs(answer, what: "made").rows.first?.run.state
    }

    #expect(try state("1970-01-01T00:00:00Z") == .neverStarted)
    #expect(try state("0001-01-01T00:00:00Z") == .neverStarted)
    #expect(try state("2026-11-21T09:50:06Z") == .failure)
  }
}
