import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing
import Transport
import Vocabulary

/// `rollout` of the reference helper, on the real binary, against a scripted control plane.
@Suite(.timeLimit(.minutes(2)))
struct CompatRolloutTests {
  private static let slugs = ["hongming", "reno-stars", "agents-team", "chloe-dong"]

  /// What the control plane was asked, and what it answers by the slugs of the call.
  private final class ControlPlane: Sendable {
    private let asked = Mutex<[[String]]>([])
    private let heard = Mutex<[String]>([])
    private let script: @Sendable ([String]) -> FaultyServer.Reply?

    init(_ script: @escaping @Sendable ([String]) -> FaultyServer.Reply? = { _ in nil }) {
      self.script = script
    }

    /// The slugs of each call that was to change something, in order.
    var orders: [[String]] { asked.withLock { $0 } }
    /// The body of every call, in order.
    var bodies: [String] { heard.withLock { $0 } }

    func reply(to received: FaultyServer.Received) -> FaultyServer.Reply {
      let body =
        (try? JSONSerialization.jsonObject(with: Data(received.body))) as? [String: Any] ?? [:]
      guard received.value(of: "authorization") == "Bearer cp-t0ken",
        body["confirm"] as? Bool == true
      else { return .answer(401) }
      heard.withLock { $0.append(String(decoding: received.body, as: UTF8.self)) }
      let only = body["only_slugs"] as? [String]
      if body["dry_run"] as? Bool != true { asked.withLock { $0.append(only ?? []) } }
      if let reply = script(only ?? []) { return reply }
      let isDry = body["dry_run"] as? Bool == true
      return Self.answer(
        (only ?? CompatRolloutTests.slugs).map { Self.row($0, isDry ? "DryRun" : "Success") })
    }

    static func row(_ slug: String, _ status: String = "Success", _ more: [String: Any] = [:])
      -> [String: Any]
    {
      ["slug": slug, "ssm_status": status, "healthz_ok": true].merging(more) { $1 }
    }

    static func answer(_ rows: [[String: Any]], ok: Bool = true) -> FaultyServer.Reply {
      let data = try? JSONSerialization.data(withJSONObject: ["ok": ok, "results": rows])
      return .answer(200, body: Array(data ?? Data()))
    }
  }

  private struct Rolled {
    let ended: Ended
    let response: [String: Any]
  }

  private func roll(
    _ plane: ControlPlane, _ change: (inout [String: String]) -> Void = { _ in },
    editing edit: (String) -> String = { $0 }
  ) async throws -> Rolled {
    try await withTemporaryDirectory { folder in
      try await withFaultyServer({ plane.reply(to: $0) }) { server in
        var environment = [
          "GITHUB_SHA": CompatPlanTests.sha, "CP_URL": server.address.text,
          "PROD_ALLOW_NON_PROD_CP_URL": "true", "PROD_AUTO_DEPLOY_SOAK_SECONDS": "0",
          "PROD_AUTO_DEPLOY_BATCH_SIZE": "2", "CP_ADMIN_API_TOKEN": "cp-t0ken",
        ]
        change(&environment)
        let plan = try await CompatPlanTests.run("plan", with: environment)
        let (file, answer) = (
          folder.appending("plan.json").string, folder.appending("response.json").string
        )
        // What an earlier roll left behind.
        try Data(#"{"ok":true,"results":[],"error":"old"}"#.utf8).write(
          to: URL(fileURLWithPath: answer))
        try Data(edit(plan.output).utf8).write(to: URL(fileURLWithPath: file))
        let ended = try await CompatPlanTests.run(
          "rollout", "--plan", file, "--response", answer, with: environment)
        let data = FileManager.default.contents(atPath: answer) ?? Data("{}".utf8)
        let response = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return Rolled(ended: ended, response: response ?? [:])
      }
    }
  }

  @Test func `canary first, then batches in order, each tenant once`() async throws {
    let plane = ControlPlane()
    let rolled = try await roll(plane)

    #expect(rolled.ended.code == 0, "\(rolled.ended)")
    #expect(plane.orders == [["hongming"], ["reno-stars", "agents-team"], ["chloe-dong"]])
    #expect(rolled.response["ok"] as? Bool == true)
    #expect((rolled.response["results"] as? [Any])?.count == 4)
    #expect(rolled.response["stragglers"] == nil)
  }

  @Test func `each call says what the reference's says`() async throws {
    let plane = ControlPlane()
    let rolled = try await roll(plane) { $0["PROD_AUTO_DEPLOY_SOAK_SECONDS"] = "1" }

    #expect(rolled.ended.code == 0, "\(rolled.ended)")
    #expect(rolled.ended.complaint.contains("soaking for 1 s"))
    let target = #""target_tag":"staging-7a72516"}"#
    let order = #","soak_seconds":0,"# + target
    #expect(
      plane.bodies == [
        #"{"batch_size":2,"canary_slug":"hongming","confirm":true,"dry_run":true,"max_stragglers":1,"#
          + #""soak_seconds":1,"# + target,
        #"{"batch_size":1,"confirm":true,"dry_run":false,"max_stragglers":1,"only_slugs":["hongming"]"#
          + order,
        #"{"batch_size":2,"confirm":true,"dry_run":false,"max_stragglers":1,"#
          + #""only_slugs":["reno-stars","agents-team"]"# + order,
        #"{"batch_size":2,"confirm":true,"dry_run":false,"max_stragglers":1,"#
          + #""only_slugs":["chloe-dong"]"# + order,
      ])
  }

  @Test func `the first batch that fails stops the others, and its rows are kept`() async throws {
    let plane = ControlPlane { slugs in
      slugs.contains("agents-team")
        ? ControlPlane.answer([ControlPlane.row("agents-team", "Failed")], ok: false) : nil
    }
    let rolled = try await roll(plane)

    #expect(rolled.ended.code == 1)
    #expect(plane.orders == [["hongming"], ["reno-stars", "agents-team"]])
    #expect((rolled.response["results"] as? [Any])?.count == 2)
    #expect((rolled.response["error"] as? String)?.hasPrefix("batch-1 failed: ") == true)
  }

  @Test func `a list that is not well, or not JSON, is an error before the first order`()
    async throws
  {
    for reply in [
      ControlPlane.answer([ControlPlane.row("hongming", "DryRun")], ok: false),
      .answer(200, body: Array("<html>".utf8)),
    ] {
      let plane = ControlPlane { $0.isEmpty ? reply : nil }
      #expect(try await roll(plane).ended.code == 1)
      #expect(plane.orders.isEmpty)
    }
  }

  @Test func `a row of a dry run is no proof that a tenant was moved`() async throws {
    let plane = ControlPlane { slugs in
      slugs == ["chloe-dong"]
        ? ControlPlane.answer([ControlPlane.row("chloe-dong", "DryRun")]) : nil
    }
    let rolled = try await roll(plane)

    #expect(rolled.ended.code == 0, "one straggler is borne: \(rolled.ended)")
    #expect(rolled.response["stragglers"] as? [String] == ["chloe-dong"])
  }

  @Test func `after 5, 10 and 20 seconds of 502, 503 and 504 the fourth answer counts`()
    async throws
  {
    let left = Mutex([502, 503, 504, 503])
    let plane = ControlPlane { slugs in
      guard slugs == ["hongming"] else { return nil }
      return left.withLock { .answer($0.isEmpty ? 200 : $0.removeFirst()) }
    }
    let rolled = try await roll(plane)

    #expect(rolled.ended.code == 1)
    #expect(plane.orders == Array(repeating: ["hongming"], count: 4))
    #expect(
      rolled.response["error"] as? String
        == "canary failed: the control plane answered 503")
  }

  @Test func `what a control plane writes is kept, and never printed`() async throws {
    let plane = ControlPlane { slugs in
      slugs == ["hongming"]
        ? ControlPlane.answer(
          [ControlPlane.row("hongming", "Failed", ["error": "instanceIds i-0abc token=s3cret"])],
          ok: false) : nil
    }
    let rolled = try await roll(plane)

    #expect(rolled.ended.code == 1)
    #expect(!(rolled.ended.output + rolled.ended.complaint).contains("s3cret"))
    let row = (rolled.response["results"] as? [[String: Any]])?.first
    #expect(row?["error"] as? String == "instanceIds i-0abc token=s3cret")
  }

  @Test func `a canary that is not there stops before the first order`() async throws {
    let plane = ControlPlane()
    let rolled = try await roll(plane) { $0["PROD_AUTO_DEPLOY_CANARY_SLUG"] = "hongmingwang" }

    #expect(rolled.ended.code == 1)
    #expect(plane.orders.isEmpty)
    #expect(rolled.response["ok"] as? Bool == false)
    #expect((rolled.response["error"] as? String)?.contains("none of the 4 tenants") == true)
  }

  @Test func `no tenants is an error`() async throws {
    let plane = ControlPlane { $0.isEmpty ? ControlPlane.answer([]) : nil }
    let rolled = try await roll(plane)

    #expect(rolled.ended.code == 1)
    #expect(plane.orders.isEmpty)
  }

  @Test func `a canary that fails stops everything, and what was done is kept`() async throws {
    let plane = ControlPlane { slugs in
      slugs == ["hongming"]
        ? ControlPlane.answer([ControlPlane.row("hongming", "Failed")], ok: false) : nil
    }
    let rolled = try await roll(plane)

    #expect(rolled.ended.code == 1)
    #expect(plane.orders == [["hongming"]])
    #expect((rolled.response["results"] as? [Any])?.count == 1)
  }

  @Test func `a 500 is not asked again, a 502 is`() async throws {
    let failing = ControlPlane { $0 == ["hongming"] ? .answer(500) : nil }
    #expect(try await roll(failing).ended.code == 1)
    #expect(failing.orders == [["hongming"]])

    let first = Mutex(true)
    let passing = ControlPlane { slugs in
      guard slugs == ["hongming"] else { return nil }
      return first.withLock { isFirst in
        defer { isFirst = false }
        return isFirst ? .answer(502) : nil
      }
    }
    #expect(try await roll(passing).ended.code == 0)
    #expect(passing.orders.prefix(2) == [["hongming"], ["hongming"]])
  }

  @Test func `one straggler is tolerated and named, two are not`() async throws {
    func plane(_ missing: [String]) -> ControlPlane {
      ControlPlane { slugs in
        guard !slugs.isEmpty else { return nil }
        return ControlPlane.answer(
          slugs.map {
            ControlPlane.row($0, "Success", ["verified_on_target": !missing.contains($0)])
          })
      }
    }
    let one = try await roll(plane(["agents-team"]))
    #expect(one.ended.code == 0, "\(one.ended)")
    #expect(one.response["stragglers"] as? [String] == ["agents-team"])
    #expect(one.ended.complaint.contains("::warning title=stragglers::agents-team"))

    let two = try await roll(plane(["agents-team", "chloe-dong"]))
    #expect(two.ended.code == 1)
    #expect(two.response["ok"] as? Bool == false)
    #expect(two.response["stragglers"] as? [String] == ["agents-team", "chloe-dong"])
  }

  @Test func `a tenant without a row is unaccounted for`() async throws {
    let plane = ControlPlane { slugs in
      slugs.contains("agents-team") ? ControlPlane.answer([ControlPlane.row("reno-stars")]) : nil
    }
    let rolled = try await roll(plane) { $0["PROD_AUTO_DEPLOY_MAX_STRAGGLERS"] = "0" }

    #expect(rolled.ended.code == 1)
    #expect(rolled.response["stragglers"] as? [String] == ["agents-team"])
  }

  @Test func `a dry run orders nothing and asserts no coverage`() async throws {
    let plane = ControlPlane()
    let rolled = try await roll(plane) { $0["PROD_AUTO_DEPLOY_DRY_RUN"] = "true" }

    #expect(rolled.ended.code == 0, "\(rolled.ended)")
    #expect(plane.orders.isEmpty)
  }

  @Test func `without a token, a plan or a reachable control plane it fails`() async throws {
    #expect(try await roll(ControlPlane()) { $0["CP_ADMIN_API_TOKEN"] = nil }.ended.code == 1)
    #expect(try await roll(ControlPlane()) { $0["CP_ADMIN_API_TOKEN"] = "wrong" }.ended.code == 1)
    #expect(
      try await roll(ControlPlane()) { $0["PROD_AUTO_DEPLOY_DISABLED"] = "on" }.ended.code == 1)
    let missing = try await CompatPlanTests.run(
      "rollout", "--plan", "/nowhere/plan.json", "--response", "/nowhere/answer.json",
      with: ["CP_ADMIN_API_TOKEN": "a"])
    #expect(missing.code == 1)
  }

  @Test(arguments: [
    (["CP_ADMIN_API_TOKEN": ""], "expected CP_ADMIN_API_TOKEN, found it unset"),
    (["PROD_AUTO_DEPLOY_DISABLED": "on"], "expected an enabled plan"),
  ])
  func `a roll that never began says so in its response`(
    change: [String: String], words: String
  ) async throws {
    let plane = ControlPlane()
    let rolled = try await roll(plane) { $0.merge(change) { $1 } }

    #expect(rolled.ended.code == 1, "\(rolled.ended)")
    #expect(rolled.response["ok"] as? Bool == false)
    #expect((rolled.response["error"] as? String)?.contains(words) == true, "\(rolled.response)")
    #expect(plane.bodies.isEmpty)
  }

  @Test(arguments: [
    (#""soak_seconds":0"#, #""soak_seconds":9223372036854775807"#, "body.soak_seconds"),
    (#""soak_seconds":0"#, #""soak_seconds":-1"#, "body.soak_seconds"),
    (#""batch_size":2"#, #""batch_size":0"#, "body.batch_size"),
    (#""batch_size":2"#, #""batch_size":9223372036854775807"#, "body.batch_size"),
    (#""max_stragglers":1"#, #""max_stragglers":-1"#, "body.max_stragglers"),
    (
      #""rollout_http_timeout":600"#, #""rollout_http_timeout":9223372036854775807"#,
      "rollout_http_timeout"
    ),
    (#""rollout_http_timeout":600"#, #""rollout_http_timeout":-600"#, "rollout_http_timeout"),
  ])
  func `a plan whose numbers nobody can mean is refused before anything is asked`(
    number: String, other: String, key: String
  ) async throws {
    let plane = ControlPlane()
    let rolled = try await roll(plane, editing: { $0.replacing(number, with: other) })

    #expect(rolled.ended.code == 1, "\(rolled.ended)")
    #expect(
      (rolled.response["error"] as? String)?.contains("expected '\(key)' to be at least") == true,
      "\(rolled.response)")
    #expect(plane.bodies.isEmpty)
  }

  @Test func `a roll that cannot look again says so once, and a dry run does not`() async throws {
    let rolled = try await roll(ControlPlane())
    let warnings = rolled.ended.complaint.split(separator: "\n").filter {
      $0.hasPrefix("::warning title=unguarded rollout::expected GITEA_TOKEN, found it unset")
    }
    #expect(warnings.count == 1, "\(rolled.ended)")

    let dry = try await roll(ControlPlane()) { $0["PROD_AUTO_DEPLOY_DRY_RUN"] = "true" }
    #expect(!dry.ended.complaint.contains("unguarded"), "\(dry.ended)")
  }

  @Test func `the switch is looked at again before each order, and a newer head ends it`()
    async throws
  {
    let forge = ScriptedForge(.giteaOld) { state in
      state.commits = [
        Commit(normalized: CompatPlanTests.sha), "7f25373309eca54a36f08c371ff783c3a47c3f8d",
      ]
      state.branches = ["main": Commit(normalized: CompatPlanTests.sha)]
    }
    try await withFaultyServer({ forge.reply(to: $0) }) { server in
      // The canary's roll is when somebody flips the switch, or pushes.
      func environment(_ values: inout [String: String]) {
        values["GITEA_TOKEN"] = "t0ken"
        values["GITEA_HOST"] = server.host.text
        values["GITHUB_REPOSITORY"] = ScriptedForge.repository
      }
      let flipping = ControlPlane { slugs in
        if slugs == ["hongming"] {
          forge.change { $0.variables["PROD_AUTO_DEPLOY_DISABLED"] = "1" }
        }
        return nil
      }
      let held = try await roll(flipping, environment)
      #expect(held.ended.code == 1)
      #expect(flipping.orders == [["hongming"]])
      #expect((held.response["error"] as? String)?.hasPrefix("batch-1 was not started: ") == true)

      forge.change { $0.variables = [:] }
      let pushing = ControlPlane { slugs in
        if slugs == ["hongming"] { forge.change { $0.branches["main"] = $0.commits[1] } }
        return nil
      }
      let superseded = try await roll(pushing, environment)
      #expect(superseded.ended.code == 1)
      #expect(pushing.orders == [["hongming"]])
      #expect((superseded.response["error"] as? String)?.contains("superseded by 7f25373") == true)
    }
  }
}
