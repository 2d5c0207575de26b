import TestSupport
import Testing
import Vocabulary

/// A release that waits for an hour between two readings, and a forge whose hook says when to look.
@Suite(.timeLimit(.minutes(5)))
struct WebhookVerbTests {
  private static let context = "CI / all-required (push)"
  private static let gates = "contexts: {required: [\"\(context)\"]}"
  private static let secret = "s3cret-of-the-hook"

  @Test func `a signed delivery lets a release that waits look at once`() async throws {
    try await withHostedStage(.gitea, gates: Self.gates, pace: "60m") { state, commits in
      state.statuses = [commits[1]: [ScriptedForge.Status(Self.context, "pending")]]
    } _: { hosted in
      let commit = hosted.commits[1]
      async let deployed = hosted.deploy(commit)
      try await Self.untilLive(hosted)
      hosted.forge.change { $0.statuses[commit] = [.init(Self.context, "success")] }

      let body = Self.body(commit)
      let forged = try await Self.deliver(body, signedWith: "another", hosted)
      let foreign = try await Self.deliver(
        Self.body(commit, repository: "acme/other"), signedWith: Self.secret, hosted)
      let taken = try await Self.deliver(body, signedWith: Self.secret, hosted)
      let ended = try await deployed
      let late = try await Self.deliver(body, signedWith: Self.secret, hosted)

      #expect(forged.code == 66, "\(forged)")
      #expect(forged.says("the signature is none of this hook's secrets'", "nothing was changed"))
      #expect(foreign.code == 0 && foreign.says("concerns no release that waits"), "\(foreign)")
      #expect(taken.code == 0 && taken.says("are read again"), "\(taken)")
      #expect(ended.code == 0, "\(ended)")
      #expect(late.code == 0 && late.says("concerns no release that waits"), "\(late)")
    }
  }

  @Test func `a person can ask for another reading, and a hook without a secret is refused`()
    async throws
  {
    try await withHostedStage(.gitea, gates: Self.gates, pace: "60m") { state, commits in
      state.statuses = [commits[1]: [ScriptedForge.Status(Self.context, "pending")]]
    } _: { hosted in
      let commit = hosted.commits[1]
      let idle = try await hosted.stage.pawl(
        "recheck", "--sha", commit.text, environment: hosted.job(of: commit))
      #expect(idle.code == 0 && idle.says("no release of"), "\(idle)")
      let open = try await hosted.stage.pawl("webhook", environment: hosted.job(of: commit))
      #expect(open.code == 66 && open.says("PAWL_WEBHOOK_SECRET"), "\(open)")

      async let deployed = hosted.deploy(commit)
      try await Self.untilLive(hosted)
      hosted.forge.change { $0.statuses[commit] = [.init(Self.context, "success")] }
      let asked = try await hosted.stage.pawl(
        "recheck", "--sha", commit.text, environment: hosted.job(of: commit))

      #expect(asked.code == 0 && asked.says("are read again"), "\(asked)")
      #expect(try await deployed.code == 0)
    }
  }

  private static func body(
    _ commit: Commit, repository: String = ScriptedForge.repository
  ) -> String {
    #"{"sha":"\#(commit)","context":"\#(context)","state":"success","#
      + #""repository":{"full_name":"\#(repository)"}}"#
  }

  /// Hands a delivery to `pawl webhook` as a receiver would.
  private static func deliver(
    _ body: String, signedWith key: String, _ hosted: HostedStage
  ) async throws -> Ended {
    let digest = try await successful(
      "openssl", "dgst", "-sha256", "-hmac", key, "-r", input: body)
    let environment = hosted.job(of: hosted.commits[1]).merging([
      "PAWL_WEBHOOK_SECRET": secret, "PAWL_ACTOR": "hook", "SWIFT_BACKTRACE": "enable=no",
    ]) { $1 }
    return try await process(
      try Programs.pawl(),
      [
        "webhook", "--config", hosted.stage.path("pawl.yaml"), "--header", "X-Gitea-Event: status",
        "--header", "X-Gitea-Signature: \(digest.prefix(64))",
      ], environment: environment, input: body)
  }

  /// Until the checks were read once, and the next reading is an hour away.
  private static func untilLive(_ hosted: HostedStage) async throws {
    for _ in 0..<1_200 {
      let explained = try await hosted.stage.pawl("status", "--no-live", "--json")
      if explained.output.contains("pending: not finished") { return }
      try await pause(.milliseconds(100))
    }
    throw TestFailure("expected the release to wait for its check")
  }
}
