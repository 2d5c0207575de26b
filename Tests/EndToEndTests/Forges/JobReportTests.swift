import TestSupport
import Testing
import Vocabulary

/// What a job is told by verbs other than a release, and when no run has begun.
@Suite(.timeLimit(.minutes(5)))
struct JobReportTests {
  private static let ci = "CI / all-required (push)"
  private static let gates = "contexts: {required: [\"\(ci)\"], timeout: 60s}"

  private static let verbs = [
    ["deploy"], ["promote"], ["rollout"], ["wait"], ["superseded"], ["candidate", "add"],
    ["rollback", "--reason", "slow"], ["redeploy", "anna", "--reason", "stuck"],
  ]

  @Test func `a job is told why nothing began`() async throws {
    try await withHostedStage(.github, gates: Self.gates, Layout(commits: 2, built: 0)) { _, _ in
    } _: { hosted in
      let job = hosted.job(of: hosted.commits[1])
      try hosted.stage.write(hosted.stage.settings.replacing("  soak: 0s", with: "  soack: 0s"))
      for verb in Self.verbs {
        try hosted.stage.write("", to: "output")
        try hosted.stage.write("", to: "summary.md")
        let ended = try await hosted.stage.pawl(verb, environment: job)

        #expect(ended.code == 78, "\(ended)")
        #expect(try hosted.outputs()["outcome"] == "settings", "\(verb)")
        #expect(ended.complaint.contains("::error title=pawl%3A settings::"), "\(ended)")
        #expect(ended.complaint.contains("unknown key 'soack' in 'rollout'"), "\(ended)")
        #expect(try hosted.summary().contains("## pawl: settings\n"), "\(verb)")
        #expect(try hosted.summary().contains("unknown key 'soack' in 'rollout'"), "\(verb)")
        #expect(!ended.output.contains("## pawl"), "\(ended)")
      }
    }
  }

  @Test func `a job without its token is told so`() async throws {
    try await withHostedStage(.gitea, gates: Self.gates, Layout(commits: 2, built: 0)) { _, _ in
    } _: { hosted in
      var job = hosted.job(of: hosted.commits[1])
      job["PAWL_FORGE_TOKEN"] = nil
      let ended = try await hosted.stage.pawl("deploy", environment: job)

      #expect(ended.code == 66, "\(ended)")
      #expect(try hosted.outputs()["outcome"] == "input-missing")
      #expect(try hosted.outputs()["report"]?.contains("PAWL_FORGE_TOKEN") == true)
      #expect(ended.complaint.contains("::error title=pawl%3A input-missing::"), "\(ended)")
    }
  }

  @Test func `a redeploy and a rollback tell the job how they ended`() async throws {
    try await withHostedStage(.github, gates: Self.gates) { state, commits in
      let green = ScriptedForge.Status(Self.ci, "success", app: 15_368)
      state.statuses = [commits[0]: [green], commits[1]: [green]]
      state.branches["main"] = commits[0]
    } _: { hosted in
      #expect(try await hosted.deploy(hosted.commits[0]).code == 0)
      hosted.forge.change { $0.branches["main"] = hosted.commits[1] }
      #expect(try await hosted.deploy(hosted.commits[1]).code == 0)
      let job = hosted.job(of: hosted.commits[1])

      let again = try await hosted.stage.pawl(
        "redeploy", "anna", "--reason", "stuck", environment: job)
      #expect(again.code == 0, "\(again)")
      #expect(try hosted.outputs()["outcome"] == "proven")
      #expect(again.complaint.contains("::notice title=pawl%3A proven::"), "\(again)")

      let back = try await hosted.stage.pawl("rollback", "--reason", "slow", environment: job)
      #expect(back.code == 0, "\(back)")
      #expect(try hosted.outputs()["outcome"] == "rolled-back")
      #expect(try hosted.outputs()["candidate"] == hosted.commits[0].text)
      #expect(back.complaint.contains("::notice title=pawl%3A rolled-back::"), "\(back)")
      #expect(try hosted.summary().contains("## pawl: rolled-back"))
    }
  }
}
