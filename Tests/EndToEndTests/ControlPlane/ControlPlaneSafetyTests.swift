import Foundation
import TestSupport
import Testing
import Transport
import Vocabulary

/// What a bearer may not do to a fleet, however the order is dressed: through real HTTP, over real processes.
@Suite(.timeLimit(.minutes(30)))
struct ControlPlaneSafetyTests {
  private static func redeploy(_ slug: String) -> String { "/cp/admin/tenants/\(slug)/redeploy" }
  private static let fleet = "/cp/admin/tenants/redeploy-fleet"

  private func order(_ stage: Stage, _ number: Int, token: String) async throws -> String {
    let digest = try #require(try await stage.built(stage.commits[number])[1])
    return #"{"target_digest":"\#(digest)","git_sha":"\#(stage.commits[number])","#
      + #""fencing_token":"\#(token)"}"#
  }

  private func tagged(_ stage: Stage, _ number: Int) throws -> String {
    #""target_tag":"\#(try Images.tag(stage.commits[number]))""#
  }

  @Test func `nobody goes back, or past a hold, by bringing a token or a tag of their own`()
    async throws
  {
    try await withStage(Layout(commits: 3)) { stage in
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      let before = try stage.processes()
      try await PlaneServer.run(on: stage, "--unfenced", "number") { plane in
        let back = try await order(stage, 0, token: "50.1")
        let byTag = "{\(try tagged(stage, 0))}"
        for bearer in ["deployer", "reverter"] {
          for body in [back, byTag] {
            let answer = try await plane.ask(.post, Self.redeploy("bert"), as: bearer, body)
            #expect(answer.status == 403, "\(bearer): \(answer.body)")
            #expect(answer.body.contains("never proven"), "\(bearer): \(answer.body)")
            #expect(answer.body.contains("is behind"), "\(bearer): \(answer.body)")
          }
        }
        #expect(try await stage.pawl("hold", "set", "--reason", "audit").code == 0)
        for number in [0, 2] {
          let body = try await order(stage, number, token: "99.1")
          let held = try await plane.ask(.post, Self.redeploy("bert"), body)
          #expect(held.status == 409, "\(held.body)")
          #expect(held.body.contains("releases are on hold: audit"), "\(held.body)")
        }
        let proven = try await plane.ask(.post, Self.redeploy("bert"), as: "deployer")
        #expect(proven.status == 200, "what was proven is nothing new: \(proven.body)")
        #expect(try stage.processes() == before)

        #expect(try await stage.pawl("hold", "clear", "--reason", "done").code == 0)
        let forward = try await plane.ask(
          .post, Self.redeploy("bert"), as: "deployer", try await order(stage, 2, token: "50.1"))
        #expect(forward.status == 200, "\(forward.body)")
        let released = try await order(stage, 1, token: "51.1")
        let undone = try await plane.ask(.post, Self.redeploy("bert"), as: "deployer", released)
        #expect(undone.status == 403 && undone.body.contains("role rollback"), "\(undone.body)")
        let meant = try await plane.ask(.post, Self.redeploy("bert"), as: "reverter", released)
        #expect(try meant.column("git_sha") == [stage.commits[1].text], "\(meant.body)")
      }
    }
  }

  @Test func `whoever cannot say how commits stand to one another moves nobody`() async throws {
    try await withStage(Layout(commits: 2)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      let before = try stage.processes()
      try await PlaneServer.run(on: stage, "--unfenced", "number") { plane in
        let (there, away) = (stage.path("source"), stage.path("away"))
        try FileManager.default.moveItem(atPath: there, toPath: away)
        let answer = try await plane.ask(
          .post, Self.redeploy("bert"), as: "deployer", "{\(try tagged(stage, 1))}")
        try FileManager.default.moveItem(atPath: away, toPath: there)

        #expect(answer.status == 403 && answer.body.contains("is unknown"), "\(answer.body)")
      }
      #expect(try stage.processes() == before)
    }
  }

  @Test func `a taint stops an order under way, and so does a lost role when it is sent again`()
    async throws
  {
    try await withStage(Layout(commits: 2)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      let key = [HTTPHeader("Idempotency-Key", "k1")]
      let body =
        #"{"confirm":true,"canary_slug":"anna","soak_seconds":30,\#(try tagged(stage, 1))}"#
      try await PlaneServer.run(on: stage, "--unfenced", "number") { plane in
        async let ordered = plane.ask(.post, Self.fleet, as: "deployer", body, headers: key)
        _ = try await plane.line { $0.contains("soaking for") }
        let tainted = try await stage.pawl(
          "taint", "set", stage.commits[1].text, "--reason", "it leaks")
        #expect(tainted.code == 0, "\(tainted)")

        let stopped = try await ordered
        #expect(stopped.status == 409, "\(stopped.body)")
        #expect(
          try stopped.column("ssm_status") == ["Success", "NotStarted", "NotStarted"],
          "\(stopped.body)")
        #expect(stopped.body.contains("is tainted: it leaks"), "\(stopped.body)")
        let again = try await plane.ask(.post, Self.fleet, as: "deployer", body, headers: key)
        #expect(again.status == 409 && again.body.contains("is tainted"), "\(again.body)")
      }
      let cleared = try await stage.pawl(
        "taint", "clear", stage.commits[1].text, "--reason", "it does not")
      #expect(cleared.code == 0, "\(cleared)")
      let between = try stage.processes()
      try await PlaneServer.run(
        on: stage, roles: [.deployer: "read"], "--unfenced", "number"
      ) { plane in
        let reader = try await plane.ask(.post, Self.fleet, as: "deployer", body, headers: key)
        #expect(reader.status == 403 && reader.body.contains("role deploy"), "\(reader.body)")
      }
      #expect(try stage.processes() == between)
      try await PlaneServer.run(on: stage, "--unfenced", "number") { plane in
        let done = try await plane.ask(.post, Self.fleet, as: "deployer", body, headers: key)
        #expect(done.status == 200, "\(done.body)")
        #expect(
          try done.column("ssm_status") == ["Success", "Success", "Success"], "\(done.body)")
        #expect(try done.column("restarted") == ["false", "true", "true"], "\(done.body)")
      }
    }
  }

  @Test func `pinned tenants are left where they are, and the others are moved`() async throws {
    try await withStage(Layout(commits: 2)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      #expect(try await stage.pawl("pin", "set", "bert", "--reason", "audit").code == 0)
      try await PlaneServer.run(on: stage, "--unfenced", "number") { plane in
        let dry = try await plane.ask(
          .post, Self.fleet, as: "reader", #"{"confirm":true,"dry_run":true}"#)
        #expect(try dry.column("slug") == ["anna", "bert", "cleo"], "\(dry.body)")
        #expect(try dry.column("phase") == ["batch-1", "pinned", "batch-2"], "\(dry.body)")

        let moved = try await plane.ask(
          .post, Self.fleet, as: "deployer", #"{"confirm":true,\#(try tagged(stage, 1))}"#)
        #expect(moved.status == 200, "\(moved.body)")
        #expect(try moved.column("slug") == ["anna", "cleo", "bert"], "\(moved.body)")
        #expect(
          try moved.column("ssm_status") == ["Success", "Success", "Pinned"], "\(moved.body)")
        #expect(moved.body.contains("bert is pinned: audit"), "\(moved.body)")

        for (path, body) in [
          (Self.redeploy("bert"), "{\(try tagged(stage, 1))}"),
          (Self.fleet, #"{"confirm":true,"canary_slug":"bert",\#(try tagged(stage, 1))}"#),
        ] {
          let refused = try await plane.ask(.post, path, as: "deployer", body)
          #expect(refused.status == 409, "\(refused.body)")
          #expect(refused.body.contains("bert is pinned: audit"), "\(refused.body)")
        }
      }
    }
  }

  @Test func `no two orders at the same moment get one token`() async throws {
    try await withStage(Layout(commits: 2)) { stage in
      try await PlaneServer.run(on: stage, "--unfenced", "number") { plane in
        let bodies = try [0, 1, 0, 1, 0, 1].map {
          "{\(try tagged(stage, $0)),\"settle_seconds\":0}"
        }
        let tokens = try await withThrowingTaskGroup(of: [String].self) { group in
          for (index, body) in bodies.enumerated() {
            let slug = stage.tenants[index % 3].slug
            group.addTask {
              try await plane.ask(.post, Self.redeploy(slug), body).column("fencing_token")
            }
          }
          return try await group.reduce(into: []) { $0 += $1 }
        }

        #expect(tokens.count == 6)
        #expect(Set(tokens).count == 6, "\(tokens)")
      }
    }
  }

  @Test func `a token that nothing can follow keeps out nobody but the tenant that obeyed it`()
    async throws
  {
    try await withStage(Layout(commits: 2)) { stage in
      try await PlaneServer.run(on: stage, "--unfenced", "number") { plane in
        let first = "{\(try tagged(stage, 0))}"
        let all = #"{"confirm":true,\#(try tagged(stage, 0))}"#
        #expect(try await plane.ask(.post, Self.fleet, all).status == 200)
        #expect(try await plane.ask(.post, Self.redeploy("anna"), first).status == 200)
      }
      // As it was taken before tokens were bounded.
      let highest = "18446744073709551615"
      for file in ["fleet/control-plane/2.json", "fleet/tenants/anna/state.json"] {
        let text = try String(contentsOfFile: stage.path(file), encoding: .utf8)
        let poisoned = text.replacing(/"generation" ?: ?2/, with: #""generation":\#(highest)"#)
        try #require(poisoned != text, "\(text)")
        try stage.write(poisoned, to: file)
      }
      try await PlaneServer.run(on: stage, "--unfenced", "number") { plane in
        _ = try await plane.line {
          $0.contains("run 2 was ordered with token \(highest)") && $0.contains("left out")
        }
        let second = "{\(try tagged(stage, 1))}"
        let well = try await plane.ask(.post, Self.redeploy("bert"), second)
        #expect(try well.column("fencing_token") == ["2.0"], "\(well.body)")
        #expect(well.status == 200, "\(well.body)")
        let out = try await plane.ask(.post, Self.redeploy("anna"), second)
        #expect(out.status == 409 && out.body.contains("has obeyed \(highest)"), "\(out.body)")
      }
      for _ in 1...2 {
        let refused = try await stage.pawl("deploy", "--sha", stage.commits[1].text)
        #expect(refused.code != 0 && refused.says("newer order (token \(highest)"), "\(refused)")
      }
    }
  }

  @Test func `a registry that does not take the login, or is not there, is told apart`()
    async throws
  {
    try await withStage(Layout(commits: 1)) { stage in
      try await withRegistry(.password) { locked in
        let body = "{\(try tagged(stage, 0))}"
        for (host, status, words) in [
          (locked.host, 403, "does not accept the login"),
          ("127.0.0.1:1", 503, "could not be read, so nothing was moved"),
        ] {
          try stage.write(
            stage.settings.replacing("\"\(stage.registry.host)\"", with: "\"\(host)\""),
            to: "other.yaml")
          try await PlaneServer.run(on: stage, config: "other.yaml", "--unfenced", "number") {
            let answer = try await $0.ask(.post, Self.redeploy("anna"), body)
            #expect(answer.status == status, "\(host): \(answer.body)")
            #expect(answer.body.contains(words), "\(host): \(answer.body)")
          }
        }
      }
    }
  }
}
