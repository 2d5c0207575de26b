import Capabilities
import TestSupport
import Testing
import Vocabulary

/// What forges that list runs answer about the runs of a workflow.
@Suite(.timeLimit(.minutes(1)))
struct RunsContractTests {
  private static let kinds = [Kind.gitea, .forgejo, .github]

  @Test(arguments: kinds)
  func `runs are of this file, branch and commit, the newest first`(kind: Kind) async throws {
    try await withReader(kind) { state in
      state.commits = commits
      state.runs = [
        Run("e2e.yml", "failure", of: commits[1]), Run("e2e.yml", "cancelled", of: commits[2]),
        Run("e2e.yml", "success", of: commits[2]),
        Run("e2e.yml", "failure", of: commits[2], on: "other"),
        Run("ci.yml", "failure", of: commits[2]),
      ]
    } _: { reader in
      let report = await reader.forge.runs(of: "e2e.yml", on: "main", commit: commits[2]).value

      #expect(report?.runs.map(\.state) == [.success, .cancelled])
      #expect(report?.runs.map(\.id) == [3, 2])
    }
  }

  @Test(arguments: kinds, ["queued", "waiting", "in_progress", "pending", "requested"])
  func `every word for not having ended is running`(kind: Kind, word: String) async throws {
    try await withReader(kind) { state in
      state.commits = commits
      state.runs = [Run("e2e.yml", word, of: commits[2])]
    } _: { reader in
      let report = await reader.forge.runs(of: "e2e.yml", on: "main", commit: commits[2]).value

      #expect(report?.runs.map(\.state) == [.running])
    }
  }

  @Test(arguments: kinds)
  func `a failure that never started is told apart`(kind: Kind) async throws {
    try await withReader(kind) { state in
      state.commits = commits
      state.runs = [Run("e2e.yml", "failure", of: commits[2], isStarted: false)]
    } _: { reader in
      let report = await reader.forge.runs(of: "e2e.yml", on: "main", commit: commits[2]).value

      #expect(report?.runs.map(\.state) == [.neverStarted])
    }
  }

  @Test(arguments: kinds)
  func `without a run it is told what else ran, and where it last ended well`(kind: Kind)
    async throws
  {
    try await withReader(kind) { state in
      state.commits = commits
      state.runs = [
        Run("e2e.yml", "success", of: commits[0]), Run("ci.yml", "success", of: commits[2]),
        Run("lint.yml", "queued", of: commits[2]),
      ]
    } _: { reader in
      let report = await reader.forge.runs(of: "e2e.yml", on: "main", commit: commits[2]).value

      #expect(report == WorkflowReport(runs: [], runsOfCommit: 2, lastGreen: commits[0]))
    }
  }

  /// A busy branch: every push starts three workflows, and the last one is left out most of the time.
  @Test(arguments: kinds, [50, 30])
  func `where a workflow last ended well is found behind two hundred green runs of others`(
    kind: Kind, pageRowsMax: Int
  ) async throws {
    try await withReader(kind) { state in
      state.commits = commits
      state.pageRowsMax = pageRowsMax
      state.runs =
        [Run("e2e.yml", "success", of: commits[0])]
        + (0..<199).map { Run("ci-\($0 % 3).yml", "success", of: commits[1]) }
        + [Run("ci-1.yml", "success", of: commits[2])]
    } _: { reader in
      let report = await reader.forge.runs(of: "e2e.yml", on: "main", commit: commits[2]).value

      #expect(report == WorkflowReport(runs: [], runsOfCommit: 1, lastGreen: commits[0]))
    }
  }

  @Test(arguments: [Kind.gitea, .forgejo])
  func `a workflow that is not among the last five hundred green runs may still have been green`(
    kind: Kind
  ) async throws {
    try await withReader(kind) { state in
      state.commits = commits
      state.runs =
        [Run("e2e.yml", "success", of: commits[0])]
        + (0..<600).map { _ in Run("ci.yml", "success", of: commits[2]) }
    } _: { reader in
      let reading = await reader.forge.runs(of: "e2e.yml", on: "main", commit: commits[2])

      #expect(reading.cause == .unanswerable)
      #expect(reading.detail.contains("is not among the last 500 green runs on main"))
      #expect(reader.server.received.filter { $0.target.contains("status=success") }.count == 10)
    }
  }

  @Test(arguments: [Kind.gitea, .forgejo, .github])
  func `what is being built for a newer head is read together`(kind: Kind) async throws {
    let file: WorkflowFile = "publish.yml"
    try await withReader(kind) { state in
      state.commits = commits
      state.branches = ["main": commits[2]]
      state.strays = [strange: 0]
      state.runs = [Run("publish.yml", "in_progress", of: commits[2])]
    } _: { reader in
      let examiner = GateExaminer(forge: reader.forge, metrics: nil)
      func newer(than commit: Commit) async -> Reading<NewerBuild>? {
        let answer = await examiner.answer(.newerBuild(than: commit, on: "main", file))
        guard case .newerBuild(let reading) = answer else { return nil }
        return reading
      }

      #expect(
        await newer(than: commits[1]) == .found(NewerBuild(head: commits[2], state: .running)))
      #expect(await newer(than: commits[2]) == .found(NewerBuild(head: commits[2], state: .latest)))
      #expect(await newer(than: strange) == .found(NewerBuild(head: commits[2], state: .beside)))
      reader.script.change { $0.branches["main"] = commits[0] }
      #expect(await newer(than: commits[2]) == .found(NewerBuild(head: commits[0], state: .latest)))
      reader.script.change { $0.branches = [:] }
      #expect(await newer(than: commits[2]) == .absent)
      reader.script.change { $0.faults = [("branches", .answer(500))] }
      #expect(await newer(than: commits[2])?.cause == .serverError)
    }
  }

  @Test func `a version without a list of runs says so`() async throws {
    try await withReader(.giteaOld) {
      $0.commits = commits
    } _: { reader in
      let reading = await reader.forge.runs(of: "e2e.yml", on: "main", commit: commits[2])

      #expect(reading.cause == .unanswerable)
      #expect(reading.detail.contains("Gitea 1.25"))
    }
  }

  @Test(arguments: Kind.allCases)
  func `a variable is read where it is set, and absent where nobody set it`(kind: Kind)
    async throws
  {
    try await withReader(kind) { state in
      state.variables = ["KILL": " On\n"]
      state.organizationVariables = ["ORG_KILL": "yes"]
    } _: { reader in
      let forge = reader.forge
      #expect(await forge.variable("KILL", at: .repository) == .found(" On\n"))
      #expect(await forge.variable("ORG_KILL", at: .repository) == .absent)
      #expect(await forge.variable("ORG_KILL", at: .organization) == .found("yes"))
      #expect(await forge.variable("ORG_KILL", at: .both) == .found("yes"))
      #expect(await forge.variable("NOBODY", at: .both) == .absent)
    }
  }

  @Test(arguments: Kind.allCases)
  func `a variable beyond the first page is found`(kind: Kind) async throws {
    try await withReader(kind) { state in
      for number in 100..<220 { state.variables["A\(number)"] = "x" }
      state.variables["KILL"] = "true"
    } _: { reader in
      #expect(await reader.forge.variable("KILL", at: .repository) == .found("true"))
    }
  }

  @Test(arguments: Kind.allCases)
  func `a token that may not read variables proves nothing by 404`(kind: Kind) async throws {
    try await withReader(kind) {
      $0.isVisible = false
    } _: { reader in
      let reading = await reader.forge.variable("KILL", at: .repository)

      #expect(reading.cause == .forbidden)
      #expect(reading.detail.contains("variable"))
    }
  }

  @Test(arguments: Kind.allCases)
  func `a required context that cannot be read leaves unknown what is required`(
    kind: Kind
  ) async throws {
    try await withReader(kind) { state in
      state.commits = commits
      state.branches = ["main": commits[2]]
      state.requiredContexts = ["CI / all-required (push)", "CI / \u{7}"]
    } _: { reader in
      #expect(await reader.forge.requiredContexts(of: "main").cause == .malformed)
    }
  }

  @Test(arguments: Kind.allCases)
  func `protection and issues are read`(kind: Kind) async throws {
    try await withReader(kind) { state in
      state.commits = commits
      state.branches = ["main": commits[2]]
      state.requiredContexts = ["CI / all-required (push)", "E2E / *"]
      state.issues = [12: "open", 13: "closed"]
    } _: { reader in
      #expect(
        await reader.forge.requiredContexts(of: "main")
          == .found(["CI / all-required (push)", "E2E / *"]))
      #expect(await reader.forge.issue(12) == .found(.open))
      #expect(await reader.forge.issue(13) == .found(.closed))
      #expect(await reader.forge.issue(14) == .absent)
    }
  }
}
