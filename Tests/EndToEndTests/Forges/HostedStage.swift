import Foundation
import TestSupport
import Vocabulary

/// A stage whose commits and checks come from a scripted forge, in a job of its CI.
struct HostedStage: Sendable {
  let stage: Stage
  let forge: ScriptedForge

  var commits: [Commit] { stage.commits }

  /// What the forge's runner sets.
  func job(of commit: Commit) -> [String: String] {
    var job = [
      "PAWL_FORGE_TOKEN": "t0ken-of-the-job", "GITHUB_ACTIONS": "true", "GITHUB_SHA": commit.text,
      "GITHUB_REF_NAME": "main", "GITHUB_EVENT_NAME": "push", "GITHUB_RUN_ID": "417",
      "GITHUB_REPOSITORY": ScriptedForge.repository, "GITHUB_EVENT_PATH": stage.path("event.json"),
      "GITHUB_OUTPUT": stage.path("output"), "GITHUB_STEP_SUMMARY": stage.path("summary.md"),
    ]
    if !forge.kind.isGitHub { job["GITEA_ACTIONS"] = "true" }
    return job
  }

  func deploy(_ commit: Commit, _ more: String...) async throws -> Ended {
    try await stage.pawl(["deploy"] + more, environment: job(of: commit))
  }

  /// What later steps of the job would read.
  func outputs() throws -> [String: String] {
    let text = try String(contentsOfFile: stage.path("output"), encoding: .utf8)
    var outputs: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let sides = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      outputs[String(sides[0])] = sides.count > 1 ? String(sides[1]) : ""
    }
    return outputs
  }

  func summary() throws -> String {
    try String(contentsOfFile: stage.path("summary.md"), encoding: .utf8)
  }
}

/// - Parameters:
///   - gates: the lines below `gates:`.
///   - pace: the pause between two readings of them.
///   - set: what the forge shows, once the commits are known.
nonisolated(nonsending) func withHostedStage(
  _ kind: ScriptedForge.Kind, gates: String, soak: String = "0s", pace: String = "1s",
  _ layout: Layout = Layout(commits: 2),
  _ set: (inout ScriptedForge.State, [Commit]) -> Void,
  _ body: (HostedStage) async throws -> Void
) async throws {
  let forge = ScriptedForge(kind)
  try await withFaultyServer({ forge.reply(to: $0) }) { server in
    var layout = layout
    layout.soak = soak
    layout.source =
      "source: {forge: \(kind.isGitHub ? "github" : "gitea"), url: \"\(server.address)\", "
      + "repository: \(ScriptedForge.repository), token: {env: PAWL_FORGE_TOKEN}, "
      + "report: pawl / production, "
      + "image_source: \"\(Images.source)\"}"
    layout.gates =
      "gates:\n" + gates.split(separator: "\n").map { "  \($0)\n" }.joined()
      + "  pace: {first: \(pace), max: \(pace)}"
    try await withStage(layout) { stage in
      forge.change { state in
        state.commits = stage.commits
        state.branches = ["main": stage.commits[1]]
        set(&state, stage.commits)
      }
      try stage.write("{}", to: "event.json")
      // Clearing away reads no gates and needs no forge.
      try stage.write(
        stage.settings.replacing("token: {env: PAWL_FORGE_TOKEN}, ", with: ""), to: "untouched.yaml"
      )
      try await body(HostedStage(stage: stage, forge: forge))
    }
  }
}
