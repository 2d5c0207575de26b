import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import Transport
import Vocabulary

/// Releases over a control plane: `driver: control-plane` on one side, `pawl control-plane` on the other.
@Suite(.timeLimit(.minutes(30)))
struct ControlPlaneReleaseTests {
  @Test func `without a version a tenant gets the newest proven release, and nothing older`()
    async throws
  {
    try await withStage(Layout(commits: 3)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      try await PlaneServer.run(on: stage) { plane in
        let path = "/cp/admin/tenants/anna/redeploy"
        let before = try stage.processes()

        let newest = try await plane.ask(.post, path, as: "deployer")
        #expect(newest.status == 200, "\(newest.body)")
        #expect(try newest.column("git_sha") == [stage.commits[1].text])
        #expect(try newest.column("restarted") == ["false"])

        let tag = { (number: Int) in #"{"target_tag":"\#(try Images.tag(stage.commits[number]))"}"#
        }
        let back = try await plane.ask(.post, path, as: "deployer", try tag(0))
        #expect(back.status == 403 && back.body.contains("takes the role rollback"), "\(back.body)")
        let older = try await plane.ask(.post, path, as: "reverter", try tag(0))
        #expect(older.status == 409, "\(older.body)")
        #expect(try older.column("ssm_status") == ["Refused"])
        let unknown = try await plane.ask(.post, path, as: "deployer", try tag(2))
        #expect(
          unknown.status == 422 && unknown.body.contains("no fencing_token"), "\(unknown.body)")

        #expect(try stage.processes() == before)
        let versions = try await plane.ask(.get, "/cp/admin/versions", as: "reader")
        #expect(versions.body.contains(#""current":true"#), "\(versions.body)")
      }
      try await stage.expectEverything(on: stage.commits[1])
    }
  }

  @Test func `policy can refuse an order without a version`() async throws {
    try await withStage(Layout(commits: 1)) { stage in
      try await PlaneServer.run(on: stage, "--without-version", "refuse") { plane in
        let answer = try await plane.ask(.post, "/cp/admin/tenants/anna/redeploy")
        #expect(answer.status == 422 && answer.body.contains("takes no order without a version"))
      }
    }
  }

  @Test func `a kill switch in a journal that cannot be seen, or is gone, is not taken to be off`()
    async throws
  {
    try await withStage(Layout(commits: 2)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      let killed = try await stage.pawl("kill", "set", "--reason", "fire")
      #expect(killed.code == 0, "\(killed)")
      let (there, away) = (stage.path("journal"), stage.path("away"))
      let path = "/cp/admin/tenants/anna/redeploy"
      let order = #"{"target_tag":"\#(try Images.tag(stage.commits[1]))"}"#
      let before = try stage.processes()
      #expect(rename(there, away) == 0 && symlink("not-mounted", there) == 0)

      try await PlaneServer.run(on: stage, "--unfenced", "number") { plane in
        let unseen = try await plane.ask(.post, path, order)
        #expect(unseen.status >= 400 && unseen.body.contains("symbolic link"), "\(unseen)")
        #expect(unlink(there) == 0 && rename(away, there) == 0)
        let seen = try await plane.ask(.post, path, order)
        #expect(seen.status >= 400 && seen.body.contains("fire"), "\(seen)")
        #expect(rename(there, away) == 0)
        let gone = try await plane.ask(.post, path, order)
        #expect(gone.status >= 400 && gone.body.contains("was there, and is gone"), "\(gone)")
        #expect(rename(away, there) == 0)
      }
      #expect(try stage.processes() == before)
    }
  }

  /// The incident: the older job was stopped between its look at what is newest and its first order, and
  /// went on when the newer one had finished.
  @Test func `an order that comes after a newer release moves nobody`() async throws {
    var layout = Layout(commits: 3)
    layout.journal = "{at: \"git:refs/pawl/production\", takeover: 18s}"
    try await withStage(layout) { stage in
      try stage.write(
        stage.settings.replacing(
          "journal: \(layout.journal)", with: "journal: sqlite:plane/journal.db"),
        to: "plane.yaml")
      try stage.write("boss\n", to: "token")
      try await PlaneServer.run(on: stage, config: "plane.yaml") { plane in
        try await begin(on: stage, plane)
        try stage.write(stage.settings(asking: plane.address))
        try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
        try await overtake(on: stage, plane)
      }
      try await stage.expectEverything(on: stage.commits[2])
      try stage.expectTenantsWentForward()
    }
  }

  @Test func `a fleet that another control plane moves than production's is left alone`()
    async throws
  {
    try await withStage(Layout(commits: 2)) { stage in
      try stage.write(stage.settings, to: "plane.yaml")
      try stage.write("boss\n", to: "token")
      try await PlaneServer.run(on: stage, config: "plane.yaml") { plane in
        try await begin(on: stage, plane)
        let before = try stage.processes()
        try stage.write(
          stage.settings(asking: plane.address).replacing(
            "gates: none", with: "gates: {control_plane: \"https://api.example.com\"}"))
        let commit = stage.commits[1].text
        let found =
          "expected production's control plane https://api.example.com, found \(plane.address)"

        for command in [["deploy"], ["rollout"], ["promote"], ["plan"]] {
          let refused = try await stage.pawl(command + ["--sha", commit])
          #expect(refused.code == 27, "\(refused)")
          #expect(refused.says(found, "--allow-other-control-plane"), "\(refused)")
        }
        let explained = try await stage.pawl("gate", "explain", "--sha", commit)
        #expect(explained.code == 27, "\(explained)")
        #expect(explained.says("production-guard https://api.example.com"), "\(explained)")
        let idle = try await stage.pawl(
          "deploy", "--sha", commit, "--allow-other-control-plane")
        #expect(idle.code == 64 && idle.says("needs a --reason"), "\(idle)")
        #expect(try stage.processes() == before)

        let meant = try await stage.pawl(
          "deploy", "--sha", commit, "--allow-other-control-plane", "--reason", "this is staging")
        #expect(meant.code == 0, "\(meant)")
        let history = try await stage.pawl("history")
        #expect(history.says("allowed the control plane \(plane.address)"), "\(history)")
      }
      try await stage.expectEverything(on: stage.commits[1])
    }
  }

  /// The tenants as they were before pawl came.
  private func begin(on stage: Stage, _ plane: PlaneServer) async throws {
    let digest = try #require(try await stage.built(stage.commits[0])[1])
    let answer = try await plane.ask(
      .post, "/cp/admin/tenants/redeploy-fleet",
      #"{"confirm":true,"target_digest":"\#(digest)","git_sha":"\#(stage.commits[0])","#
        + #""fencing_token":"0.1"}"#)
    try #require(answer.status == 200, "\(answer.body)")
  }

  private func overtake(on stage: Stage, _ plane: PlaneServer) async throws {
    // The older one's first order is held back on its way, and the older one stopped.
    let order = HeldOrder()
    try await withFaultyProxy(
      to: plane.address.port, reading: { _, bytes in order.keeps(bytes) ? .silence : .pass }
    ) { proxy in
      let through = try HTTPAddress(parsing: "http://127.0.0.1:\(proxy.port)")
      try stage.write(stage.settings(asking: through), to: "older.yaml")
      let older = try stage.start(
        "deploy", "--sha", stage.commits[1].text, config: "older.yaml")
      defer { older.send(SIGKILL) }
      await order.isWhole()
      older.send(SIGSTOP)

      try await stage.expectDeploy(of: 2, endsWith: 0, says: "promoted")
      let newest = try stage.processes()
      // It arrives while whoever sent it still stands.
      try proxy.deliver(order.bytes)
      let refusal = try await plane.line { $0.contains("was refused: anna has obeyed") }
      say("the control plane said: \(refusal)")
      #expect(
        refusal.contains(/anna: token [0-9]+\.[0-9]+ was refused: anna has obeyed [0-9]+\.[0-9]+/),
        "\(refusal)")
      older.send(SIGCONT)
      let code = older.wait()

      // Superseded or too late; or ended by its own switch, because its lease had run out.
      #expect([11, 20, 128 + SIGKILL].contains(code), "\(code)")
      #expect(try stage.processes() == newest, "nobody was moved")
    }
  }
}

/// Keeps the first order that comes by, whose head and body may come one after the other, and tells when all
/// of it is there.
private final class HeldOrder: Sendable {
  private let kept = Mutex<[UInt8]>([])
  private let wholes: AsyncStream<Void>
  private let whole: AsyncStream<Void>.Continuation

  /// In the head of an order, and at its end.
  private static let marks = ["Idempotency-Key", "fencing_token"].map { Array($0.utf8) }

  init() { (wholes, whole) = AsyncStream.makeStream() }

  var bytes: [UInt8] { kept.withLock(\.self) }

  /// Whether these are of it.
  func keeps(_ piece: [UInt8]) -> Bool {
    kept.withLock { kept in
      let hasBegun = !kept.isEmpty || piece.firstRange(of: Self.marks[0]) != nil
      guard hasBegun, kept.firstRange(of: Self.marks[1]) == nil else { return false }
      kept += piece
      if kept.firstRange(of: Self.marks[1]) != nil { whole.yield() }
      return true
    }
  }

  func isWhole() async { _ = await wholes.first { true } }
}

extension Stage {
  /// pawl.yaml of a client: the same delivery over a control plane.
  fileprivate func settings(asking plane: HTTPAddress) -> String {
    settings.replacing(
      "driver: processes",
      with: """
        driver: control-plane
            url: "\(plane)"
            token: {file: token}
            tenant_time: 30s
        """
    ).replacing("    start_budget: 20s\n", with: "")
  }
}
