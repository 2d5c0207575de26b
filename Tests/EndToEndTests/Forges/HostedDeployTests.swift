import Foundation
import TestSupport
import Testing
import Transport
import Vocabulary

/// `pawl deploy` in a job of its CI: a scripted forge, a real registry and real tenants.
@Suite(.timeLimit(.minutes(5)))
struct HostedDeployTests {
  private static let ci = "CI / all-required (push)"
  private static let required = "contexts: {required: [\"\(ci)\"], timeout: 60s}"
  static let kinds = [ScriptedForge.Kind.gitea, .github]

  /// A status, or on GitHub a check run, as Actions writes it.
  private static func status(
    _ kind: ScriptedForge.Kind, _ state: String, _ context: String = ci
  ) -> ScriptedForge.Status {
    ScriptedForge.Status(context, state, app: kind.isGitHub ? 15_368 : nil)
  }

  @Test(arguments: kinds)
  func `a green commit is promoted, and the job is told everything`(kind: ScriptedForge.Kind)
    async throws
  {
    try await withHostedStage(kind, gates: Self.required) { state, commits in
      state.statuses = [commits[1]: [Self.status(kind, "success")]]
    } _: { hosted in
      let ended = try await hosted.deploy(hosted.commits[1])

      #expect(ended.code == 0, "\(ended)")
      try await hosted.stage.expectEverything(on: hosted.commits[1])
      let posted = hosted.forge.now.posted
      #expect(posted.first?.path.hasSuffix("/statuses/\(hosted.commits[1])") == true)
      #expect(posted.first?.body.contains(#""state":"success""#) == true)
      #expect(posted.contains { $0.path.hasSuffix("/deployments") } == kind.isGitHub)
      let outputs = try hosted.outputs()
      #expect(outputs["outcome"] == "promoted")
      #expect(outputs["candidate"] == hosted.commits[1].text)
      #expect(outputs["channel"] == "latest")
      #expect(outputs["digests"]?.contains("platform-tenant=sha256:") == true)
      #expect(ended.complaint.contains("::notice title=pawl%3A promoted::"))
      let summary = try hosted.summary()
      #expect(summary.contains("## pawl: promoted"))
      #expect(summary.contains("| ✓ | context CI / all-required (push) | confirmed |"))
      #expect(summary.contains("| anna | proven |"))
      #expect(
        ended.output.contains("## pawl: promoted") == !kind.isGitHub, "where no page is shown")
      #expect(!(ended.output + ended.complaint + summary).contains("t0ken-of-the-job\n| "))
    }
  }

  @Test(arguments: kinds)
  func `a red commit is refused and touches nothing`(kind: ScriptedForge.Kind) async throws {
    try await withHostedStage(kind, gates: Self.required) { state, commits in
      state.statuses = [commits[1]: [Self.status(kind, "failure")]]
    } _: { hosted in
      let ended = try await hosted.deploy(hosted.commits[1])

      #expect(ended.code == 24, "\(ended)")
      #expect(try hosted.outputs()["outcome"] == "refused-gate-red")
      #expect(hosted.forge.now.posted.first?.body.contains(#""state":"failure""#) == true)
      #expect(ended.complaint.contains("::error title=pawl%3A refused-gate-red::"))
      #expect(try hosted.stage.processes().isEmpty)
      #expect(try await hosted.stage.latest() == [nil, nil])
    }
  }

  @Test(arguments: kinds)
  func `a pending check is waited for`(kind: ScriptedForge.Kind) async throws {
    try await withHostedStage(kind, gates: Self.required) { state, commits in
      let (commit, pending, green) = (
        commits[1], Self.status(kind, "pending"), Self.status(kind, "success")
      )
      state.statuses = [commit: [pending]]
      let piece = kind.isGitHub ? "check-runs" : "statuses"
      state.onRequest = { target, state in
        // It turns green once it was seen pending.
        guard target.contains(piece) else { return }
        state.count += 1_000
        if state.count > 2_000 { state.statuses[commit] = [pending, green] }
      }
    } _: { hosted in
      let ended = try await hosted.deploy(hosted.commits[1])

      #expect(ended.code == 0, "\(ended)")
      #expect(ended.output.contains("pending: not finished"))
    }
  }

  @Test(arguments: kinds)
  func `the required context on the last page is found`(kind: ScriptedForge.Kind) async throws {
    try await withHostedStage(kind, gates: Self.required) { state, commits in
      state.pageRowsMax = 30
      state.statuses = [
        commits[1]: [Self.status(kind, "success")]
          + (1..<115).map { Self.status(kind, "success", "job \($0)") }
      ]
    } _: { hosted in
      let ended = try await hosted.deploy(hosted.commits[1])

      #expect(ended.code == 0, "\(ended)")
    }
  }

  @Test(arguments: kinds)
  func `a candidate that waits is superseded by a newer one`(kind: ScriptedForge.Kind) async throws
  {
    let (seen, see) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    try await withHostedStage(kind, gates: Self.required) { state, commits in
      state.statuses = [
        commits[0]: [Self.status(kind, "pending")], commits[1]: [Self.status(kind, "success")],
      ]
      let older = commits[0].text
      state.onRequest = { target, _ in
        if target.contains("statuses"), target.contains(older) { see.yield() }
      }
    } _: { hosted in
      async let older = hosted.deploy(hosted.commits[0])
      for await _ in seen { break }
      let newer = try await hosted.stage.pawl(
        "deploy",
        environment: hosted.job(of: hosted.commits[1]).merging(
          ["GITHUB_OUTPUT": hosted.stage.path("output-2")]) { $1 })

      #expect(newer.code == 0, "\(newer)")
      #expect(try await older.code == 11)
      let outputs = try hosted.outputs()
      #expect(outputs["outcome"] == "superseded")
      #expect(outputs["superseded-by"] == hosted.commits[1].text)
      #expect(try hosted.stage.starts().values.allSatisfy { $0 == [hosted.commits[1]] })
    }
  }

  @Test(arguments: kinds)
  func `a kill switch that is flipped between two batches stops the second`(
    kind: ScriptedForge.Kind
  )
    async throws
  {
    let gates = "kill_switch: {variable: PROD_AUTO_DEPLOY_DISABLED}"
    try await withHostedStage(kind, gates: gates) { _, _ in
    } _: { hosted in
      // The canary is anna, the first batch is bert and cleo; with the canary's start the switch is flipped.
      let log = hosted.stage.path("fleet/logs/anna.log")
      hosted.forge.change { state in
        state.onRequest = { _, state in
          if FileManager.default.fileExists(atPath: log) {
            state.variables["PROD_AUTO_DEPLOY_DISABLED"] = "true"
          }
        }
      }
      let ended = try await hosted.deploy(hosted.commits[1])

      #expect(ended.code == 30, "\(ended)")
      #expect(ended.says("the variable PROD_AUTO_DEPLOY_DISABLED is on"))
      #expect(try hosted.stage.starts().keys.sorted() == ["anna"])

      hosted.forge.change { state in
        state.onRequest = nil
        state.variables = [:]
      }
      let resumed = try await hosted.deploy(hosted.commits[1])
      #expect(resumed.code == 0, "\(resumed)")
      try await hosted.stage.expectEverything(on: hosted.commits[1])
    }
  }

  @Test func `a job whose environment neither sets nor clears the kill switch is refused`()
    async throws
  {
    let gates = "kill_switch: {variable: PROD_AUTO_DEPLOY_DISABLED}"
    try await withHostedStage(.gitea, gates: gates) { _, _ in
    } _: { hosted in
      let ended = try await hosted.stage.pawl(
        "deploy",
        environment: hosted.job(of: hosted.commits[1]).merging(
          ["PROD_AUTO_DEPLOY_DISABLED": "plz-stop"]) { $1 })

      #expect(ended.code == 78, "\(ended)")
      #expect(ended.says("PROD_AUTO_DEPLOY_DISABLED, found 'plz-stop'"), "\(ended)")
      #expect(try hosted.stage.starts().isEmpty)
    }
  }

  @Test(arguments: kinds)
  func `an end-to-end run that turns red during the soak stops the fleet`(kind: ScriptedForge.Kind)
    async throws
  {
    let gates = "workflows: [{file: e2e.yml, when_pending: proceed}]"
    try await withHostedStage(kind, gates: gates, soak: "8s") { state, commits in
      state.runs = [ScriptedForge.Run("e2e.yml", "in_progress", of: commits[1])]
    } _: { hosted in
      let log = hosted.stage.path("fleet/logs/anna.log")
      hosted.forge.change { state in
        state.onRequest = { _, state in
          if FileManager.default.fileExists(atPath: log) { state.runs[0].word = "failure" }
        }
      }
      let ended = try await hosted.deploy(hosted.commits[1])

      #expect(ended.code == 24, "\(ended)")
      #expect(ended.says("the workflow e2e.yml is refuted: failed", "after the gates had opened"))
      #expect(try hosted.stage.starts().keys.sorted() == ["anna"])
      #expect(try await hosted.stage.latest() == [nil, nil])
    }
  }

  @Test(arguments: kinds)
  func `with the policy wait, an older commit lets a newer build come first`(
    kind: ScriptedForge.Kind
  ) async throws {
    let gates =
      "newer_build: {policy: wait, workflow: publish.yml, at_most: 60s}\n"
      + "kill_switch: {variable: PROD_OFF}"
    try await withHostedStage(kind, gates: gates) { state, commits in
      state.runs = [ScriptedForge.Run("publish.yml", "in_progress", of: commits[1])]
      let piece = "head_sha=\(commits[1])"
      // Its build fails once it was seen running.
      state.onRequest = { target, state in
        guard target.contains(piece) else { return }
        state.count += 1_000
        if state.count > 2_000 { state.runs[0].word = "failure" }
      }
    } _: { hosted in
      let ended = try await hosted.deploy(hosted.commits[0])

      #expect(ended.code == 0, "\(ended)")
      #expect(ended.says("is being built"), "\(ended)")
      try await hosted.stage.expectEverything(on: hosted.commits[0])
    }
  }

  @Test func `a switch that pawl.yaml has on stops a release, and says where it is`() async throws {
    let gates = "kill_switch: {variable: PROD_OFF, engaged: true}"
    try await withHostedStage(.gitea, gates: gates) { _, _ in
    } _: { hosted in
      let ended = try await hosted.deploy(hosted.commits[1])

      #expect(ended.code == 30, "\(ended)")
      #expect(ended.says("in pawl.yaml"), "\(ended)")
      #expect(try hosted.stage.starts().isEmpty)
    }
  }

  @Test func `a required name that no workflow emits is named at the end, with the nearest`()
    async throws
  {
    let gates = "contexts: {required: [\"\(Self.ci)\"], timeout: 1s}"
    try await withHostedStage(.gitea, gates: gates) { state, commits in
      state.statuses = [
        commits[1]: [ScriptedForge.Status("CI / all-requierd (push)", "success")]
      ]
    } _: { hosted in
      let ended = try await hosted.deploy(hosted.commits[1])

      #expect(ended.code == 24, "\(ended)")
      #expect(ended.says("correct gates.contexts.required"), "\(ended)")
      #expect(ended.says("did you mean 'CI / all-requierd (push)'?"), "\(ended)")
      #expect(try hosted.summary().contains("did you mean"))
    }
  }

  @Test func `a token is masked in the log of the job, and nowhere to be seen`() async throws {
    try await withHostedStage(.github, gates: Self.required) { state, commits in
      state.statuses = [commits[1]: [Self.status(.github, "success")]]
    } _: { hosted in
      let ended = try await hosted.deploy(hosted.commits[1], "--trace")

      #expect(ended.code == 0, "\(ended)")
      let lines = ended.complaint.split(separator: "\n").filter { $0.contains("t0ken-of-the-job") }
      #expect(Set(lines) == ["::add-mask::t0ken-of-the-job"])
      #expect(!ended.output.contains("t0ken-of-the-job"))
      #expect(!(try hosted.summary()).contains("t0ken-of-the-job"))
    }
  }

  @Test func `a job that another workflow's end started releases that workflow's commit`()
    async throws
  {
    try await withHostedStage(.github, gates: Self.required) { state, commits in
      state.statuses = [commits[0]: [Self.status(.github, "success")]]
    } _: { hosted in
      try hosted.stage.write(
        #"{"action":"completed","workflow_run":{"head_sha":"\#(hosted.commits[0])"}}"#,
        to: "event.json")
      let ended = try await hosted.stage.pawl(
        "deploy",
        environment: hosted.job(of: hosted.commits[1]).merging(
          ["GITHUB_EVENT_NAME": "workflow_run"]) { $1 })

      #expect(ended.code == 0, "\(ended)")
      #expect(try hosted.outputs()["candidate"] == hosted.commits[0].text)
    }
  }

  @Test(arguments: [
    (
      403, "token does not have at least one of required scope(s), required=[read:repository]",
      "it needs read:repository"
    ),
    (301, "", "acme/platform was renamed or moved; set source.repository to its new name"),
    (401, "", "the token was not accepted; renew it"),
  ])
  func `what the forge refuses is told with what to do, and nothing moves`(
    status: Int, message: String, words: String
  ) async throws {
    try await withHostedStage(.gitea, gates: Self.required) { state, _ in
      let body = #"{"message":"\#(message)"}"#
      state.faults = [
        (
          "branches",
          .answer(
            status, headers: [HTTPHeader("Content-Type", "application/json")],
            body: Array(body.utf8))
        )
      ]
    } _: { hosted in
      let ended = try await hosted.deploy(hosted.commits[1])

      #expect(ended.code == 25, "\(ended)")
      #expect(ended.says(words), "\(ended)")
      #expect(try hosted.stage.starts().isEmpty)
    }
  }

  @Test func `waiting, explaining and asking for a newer candidate change nothing`() async throws {
    try await withHostedStage(.gitea, gates: Self.required) { state, commits in
      state.statuses = [
        commits[0]: [ScriptedForge.Status("CI / all-requierd (push)", "success")],
        commits[1]: [ScriptedForge.Status(Self.ci, "success")],
      ]
    } _: { hosted in
      let job = hosted.job(of: hosted.commits[0])
      let explained = try await hosted.stage.pawl("gate", "explain", environment: job)
      #expect(explained.code == 12)
      #expect(explained.says("did you mean 'CI / all-requierd (push)'?"), "\(explained)")

      let waited = try await hosted.stage.pawl("wait", "--timeout", "1s", environment: job)
      #expect(waited.code == 12, "\(waited)")
      #expect(try hosted.outputs()["outcome"] == "deferred")
      #expect(waited.complaint.contains("::warning title=pawl%3A deferred::deferred: "))
      let green = try await hosted.stage.pawl(
        "wait", environment: hosted.job(of: hosted.commits[1]))
      #expect(green.code == 0, "\(green)")
      #expect(try hosted.outputs()["outcome"] == "open")
      #expect(try hosted.outputs()["candidate"] == hosted.commits[1].text)
      #expect(green.complaint.contains("::notice title=pawl%3A open::open: "))
      #expect(try hosted.summary().contains("## pawl: open"))

      let superseded = try await hosted.stage.pawl("superseded", environment: job)
      #expect(superseded.code == 0)
      #expect(superseded.output == "\(hosted.commits[1])\n")
      let latest = try await hosted.stage.pawl(
        "superseded", environment: hosted.job(of: hosted.commits[1]))
      #expect(latest.code == 10, "\(latest)")
      hosted.forge.change { $0.faults = [("branches", .answer(500))] }
      #expect(try await hosted.stage.pawl("superseded", environment: job).code == 10)
      #expect(try hosted.stage.processes().isEmpty)
    }
  }

  /// The head is newer than both and nobody has built it yet.
  @Test(arguments: [["candidate", "add"], ["deploy"]])
  func `what the journal knows to be ahead supersedes, whatever the head is`(order: [String])
    async throws
  {
    try await withHostedStage(.gitea, gates: Self.required, Layout(commits: 3, built: 2)) {
      state, commits in
      state.statuses = [commits[1]: [ScriptedForge.Status(Self.ci, "success")]]
    } _: { hosted in
      let (older, known, head) = (hosted.commits[0], hosted.commits[1], hosted.commits[2])
      let ordered = try await hosted.stage.pawl(order, environment: hosted.job(of: known))
      #expect(ordered.code == 0, "\(ordered)")
      hosted.forge.change { $0.branches["main"] = head }

      let superseded = try await hosted.stage.pawl("superseded", environment: hosted.job(of: older))
      #expect(superseded.code == 0, "\(superseded)")
      #expect(superseded.output == "\(known)\n")
      #expect(
        try await hosted.stage.pawl("superseded", environment: hosted.job(of: known)).code == 10)
      hosted.forge.change { $0.faults = [("sha=\(known)", .answer(500))] }
      let unknown = try await hosted.stage.pawl("superseded", environment: hosted.job(of: older))
      #expect(unknown.code == 10, "\(unknown)")
      #expect(unknown.output.isEmpty)
    }
  }
}
