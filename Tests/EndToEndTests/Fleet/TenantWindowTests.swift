import TestSupport
import Testing
import Vocabulary

/// Tenants that may be moved at certain times only, with the clock of this machine.
@Suite(.timeLimit(.minutes(5)))
struct TenantWindowTests {
  private static let past = #"{allow: "2000-01-01T00:00:00Z/2000-01-02T00:00:00Z"}"#
  private static let future = #"{deny: "2000-01-01T00:00:00Z/2999-01-01T00:00:00Z"}"#
  /// Every week has no gap, in a zone with summer time.
  private static let always =
    #"[{allow: "Mon 00:00-Thu 12:00", zone: America/New_York}, "#
    + #"{allow: "Thu 12:00-Mon 00:00", zone: America/New_York}]"#

  @Test
  func `outside of its window a tenant is left alone by name, and moved by the same release later`()
    async throws
  {
    try await withStage(Layout(commits: 2)) { stage in
      try stage.write(stage.settings(window: Self.always, of: "bert"))
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      try await stage.expectEverything(on: stage.commits[0])
      let before = try stage.processes()
      try stage.write(stage.settings(window: Self.future, of: "bert"))

      let plan = try await stage.pawl("plan", "--sha", stage.commits[1].text)
      stage.expect(plan, 0, ["bert  stays as it is, outside of its window"])
      try await stage.expectDeploy(
        of: 1, endsWith: 0, says: "promoted", "2 tenants serve",
        "outside of their window: bert (opens at 2999-01-01T00:00:00.000Z)")
      #expect(try stage.processes()["bert"] == before["bert"])
      #expect(try await stage.served()["bert"] == stage.commits[0].text)
      let list = try await stage.pawl("fleet", "list")
      stage.expect(list, 0, ["outside of its window until 2999-01-01T00:00:00.000Z"])
      let verify = try await stage.pawl("verify", "--once")
      stage.expect(verify, 42, ["bert", "still serves \(stage.commits[0].short)"])

      try stage.write(stage.settings)
      let moved = try stage.processes()
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted", "3 tenants serve")
      try await stage.expectEverything(on: stage.commits[1])
      let after = try stage.processes()
      #expect(after["bert"] != moved["bert"])
      #expect(after["anna"] == moved["anna"] && after["cleo"] == moved["cleo"])
      try await stage.expectJournalHolds()
    }
  }

  @Test func `a canary outside of its window, and a zone that is none, move nobody`() async throws {
    try await withStage(Layout(commits: 2)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      try stage.write(stage.settings(window: Self.past, of: "anna"))
      try await stage.expectRunToEnd(
        of: "deploy", "--sha", stage.commits[1].text, code: 31,
        says: [
          "stopped-freeze", "the canary is outside of its window: anna (no opening is known)",
        ])

      let nowhere = #"{deny: "Sat 02:00-Sat 05:00", zone: Europe/Atlantis}"#
      try stage.write(stage.settings(window: nowhere, of: "bert"))
      try await stage.expectRefusal(
        of: "deploy", "--sha", stage.commits[1].text, code: 78,
        says: [
          "the zone of the window of the tenant bert is not a time zone", "found 'Europe/Atlantis'",
        ])
    }
  }
}

extension Stage {
  /// pawl.yaml, in which one tenant has this window.
  fileprivate func settings(window: String, of slug: String) throws -> String {
    let tenant = try #require(tenants.first { $0.slug == slug })
    return settings.replacing(
      "{slug: \(slug), url: \"\(tenant.url)\"}",
      with: "{slug: \(slug), url: \"\(tenant.url)\", window: \(window)}")
  }
}
