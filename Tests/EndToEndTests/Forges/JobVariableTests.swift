import Foundation
import TestSupport
import Testing
import Vocabulary

/// The variables of a job whose server sets each under a name of its own, and no other.
@Suite(.timeLimit(.minutes(5)))
struct JobVariableTests {
  private static let gates = "contexts: {required: [\"CI / all-required (push)\"], timeout: 60s}"

  /// The job's variables, renamed.
  private static func renamed(_ job: [String: String], _ prefix: String) -> [String: String] {
    var own: [String: String] = [:]
    for (name, value) in job where name != "GITEA_ACTIONS" {
      own[name.hasPrefix("GITHUB_") ? prefix + name.dropFirst("GITHUB_".count) : name] = value
    }
    return own
  }

  @Test(arguments: ["GITEA_", "FORGEJO_"])
  func `a job is told everything under its server's own names`(prefix: String) async throws {
    try await withHostedStage(.gitea, gates: Self.gates) { state, commits in
      state.statuses = [commits[0]: [ScriptedForge.Status("CI / all-required (push)", "success")]]
    } _: { hosted in
      // The head is the other one, so the commit can only come from the job.
      let job = Self.renamed(hosted.job(of: hosted.commits[0]), prefix)
      #expect(job["\(prefix)ACTIONS"] == "true" && job["GITHUB_SHA"] == nil)
      let ended = try await hosted.stage.pawl("deploy", environment: job)

      #expect(ended.code == 0, "\(ended)")
      #expect(try hosted.outputs()["candidate"] == hosted.commits[0].text)
      #expect(try hosted.summary().contains("## pawl: promoted"))
      #expect(ended.output.contains("## pawl: promoted"), "nobody is shown the page there")
      #expect(ended.complaint.contains("::add-mask::t0ken-of-the-job"))
    }
  }

  /// The job's own commit is the head of the default branch then, which nobody meant.
  private static let events: [(text: String?, code: Int32, words: String)] = [
    (nil, 66, "there is no file"), ("", 78, "head_sha"), ("no JSON", 78, "head_sha"),
    ("{}", 78, "head_sha"), (#"{"workflow_run":{"head_sha":null}}"#, 78, "head_sha"),
    (#"{"workflow_run":{"head_sha":"7a72516"}}"#, 78, "head_sha"),
    (#"{"workflow_run":{"head_sha":"::add-mask::"}}"#, 78, "head_sha"),
  ]

  @Test func `a job that another run's end has started never takes another commit for that run's`()
    async throws
  {
    try await withHostedStage(.gitea, gates: Self.gates, Layout(commits: 2, built: 0)) { _, _ in
    } _: { hosted in
      var job = hosted.job(of: hosted.commits[1])
      job["GITHUB_EVENT_NAME"] = "workflow_run"
      func expectRefusal(_ verb: String, _ code: Int32, _ words: String) async throws {
        let ended = try await hosted.stage.pawl(verb, environment: job)

        #expect(ended.code == code, "\(ended)")
        #expect(ended.complaint.contains("the event that started the job"), "\(ended)")
        #expect(ended.complaint.contains(words), "\(ended)")
        #expect(ended.complaint.contains("next: name the commit with --sha"), "\(ended)")
      }
      for event in Self.events {
        job["GITHUB_EVENT_PATH"] = hosted.stage.path(event.text == nil ? "nowhere" : "event.json")
        try hosted.stage.write(event.text ?? "", to: "event.json")
        for verb in ["deploy", "wait", "superseded"] {
          try await expectRefusal(verb, event.code, event.words)
        }
      }
      job["GITHUB_EVENT_PATH"] = nil
      try await expectRefusal("deploy", 66, "found it unset")

      let named = try await hosted.stage.pawl(
        "superseded", "--sha", hosted.commits[1].text, environment: job)
      #expect(named.code == 10, "\(named)")
    }
  }

  @Test func `GitHub's names count where both are there, and the event decides as ever`()
    async throws
  {
    try await withHostedStage(.gitea, gates: Self.gates) { state, commits in
      state.statuses = [commits[0]: [ScriptedForge.Status("CI / all-required (push)", "success")]]
    } _: { hosted in
      try hosted.stage.write(
        #"{"action":"completed","workflow_run":{"head_sha":"\#(hosted.commits[0])"}}"#,
        to: "event.json")
      var job = hosted.job(of: hosted.commits[1])
      job["GITEA_SHA"] = "not read"
      job["GITHUB_EVENT_NAME"] = nil
      job["FORGEJO_EVENT_NAME"] = "workflow_run"
      let ended = try await hosted.stage.pawl("deploy", environment: job)

      #expect(ended.code == 0, "\(ended)")
      #expect(try hosted.outputs()["candidate"] == hosted.commits[0].text)
    }
  }
}
