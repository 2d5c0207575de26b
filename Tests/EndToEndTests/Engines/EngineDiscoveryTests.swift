import Foundation
import TestSupport
import Testing
import Vocabulary

/// A fleet that nobody lists: the real `pawl` finds it on a real engine, each time anew.
@Suite(.timeLimit(.minutes(10)))
struct EngineDiscoveryTests {
  @Test func `containers with a label are moved, and everybody else is accounted for`()
    async throws
  {
    try await withEngineStage(.docker, Layout(commits: 4)) { engine in
      let stage = engine.stage
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      for tenant in stage.tenants {
        try engine.label(
          tenant.slug, ["\(engine.prefix)tenant": tenant.slug, "pawl.url": tenant.url])
      }
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      try engine.imitate(
        "anna", as: "trial", ["\(engine.prefix)tenant": "trial", "pawl.class": "ephemeral"])
      try engine.imitate("anna", as: "e2e-7", ["\(engine.prefix)tenant": "e2e-7"])
      try engine.discoverTenants()

      let list = try await stage.pawl("fleet", "list")
      #expect(list.code == 0, "\(list)")
      #expect(list.says("3 in scope, 1 excluded, 1 ephemeral", "excluded by e2e-*"), "\(list)")
      let plan = try await stage.pawl("plan", "--sha", stage.commits[2].text)
      #expect(plan.says("left out", "trial  ephemeral", "e2e-7  excluded by e2e-*"), "\(plan)")

      try await stage.expectDeploy(
        of: 2, endsWith: 0, says: "promoted",
        "left out: e2e-7 (excluded by e2e-*), trial (ephemeral)")
      try await stage.expectEverything(on: stage.commits[2])
      let verified = try await stage.pawl("verify", "--json")
      #expect(verified.code == 0 && verified.says(#""reason" : "ephemeral""#), "\(verified)")
      let status = try await stage.pawl("status")
      #expect(status.code == 0 && status.says("trial  ephemeral"), "\(status)")

      try await expectHold(by: engine)
      try await stage.expectJournalHolds()
    }
  }

  /// One that nobody can place holds everybody, and an engine that is down is no empty fleet.
  private func expectHold(by engine: EngineStage) async throws {
    let stage = engine.stage
    try engine.imitate("anna", as: "impostor", ["\(engine.prefix)tenant": "anna"])
    let before = try engine.running()

    let deploy = try await stage.pawl("deploy", "--sha", stage.commits[3].text)
    #expect(
      deploy.says(
        "refused-unknown", "container \(engine.name(of: "impostor"))", "both say they are anna"),
      "\(deploy)")
    #expect(deploy.code == 25, "\(deploy)")
    #expect(try engine.running() == before)
    let list = try await stage.pawl("fleet", "list")
    #expect(list.code == deploy.code && list.says("2 ambiguous"), "\(list)")
    let verify = try await stage.pawl("verify")
    #expect(verify.code == 69 && verify.says("who is in the fleet is unknown"), "\(verify)")

    try engine.discoverTenants(socket: stage.path("nobody.sock"))
    let down = try await stage.pawl("fleet", "list")
    #expect(down.code == 69 && down.says("no container engine answers"), "\(down)")
    let status = try await stage.pawl("status")
    #expect(status.code == 0 && status.says("who is in the fleet is unknown"), "\(status)")
  }
}

extension EngineStage {
  /// Says in `pawl.yaml` that the tenants are found.
  fileprivate func discoverTenants(socket: String? = nil) throws {
    try writeSettings(socket: socket) { text in
      let listed = text.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.hasPrefix("      - {slug:") && !$0.contains("create: {network") }
        .joined(separator: "\n")
      return listed.replacing(
        "    tenants:",
        with: "    exclude: [\"e2e-*\"]\n    tenants: {discover: {label: \(prefix)tenant}}")
    }
  }

  /// Makes a tenant's container anew, as a person would, with labels of theirs.
  fileprivate func label(_ slug: String, _ labels: [String: String]) throws {
    let made = try settings(of: slug, labels)
    try engine.ask("DELETE", "/containers/\(name(of: slug))?force=true")
    try create(name(of: slug), made)
    try engine.ask("POST", "/containers/\(name(of: slug))/start")
  }

  /// Makes another container of the same settings, which does not run.
  fileprivate func imitate(_ slug: String, as other: String, _ labels: [String: String]) throws {
    try create(name(of: other), try settings(of: slug, labels, isCopy: true))
  }

  private func settings(
    of slug: String, _ labels: [String: String], isCopy: Bool = false
  ) throws -> [String: Any] {
    guard let container = try engine.container(name(of: slug)),
      var config = container["Config"] as? [String: Any], let host = container["HostConfig"]
    else { throw TestFailure("expected a container of \(slug), found none") }
    let before = isCopy ? [:] : config["Labels"] as? [String: String] ?? [:]
    config["Labels"] = before.merging(labels) { $1 }
    config["HostConfig"] = host
    config["Hostname"] = nil
    return config
  }

  private func create(_ name: String, _ config: [String: Any]) throws {
    let body = try JSONSerialization.data(withJSONObject: config)
    try engine.ask(
      "POST", "/containers/create?name=\(name)", String(decoding: body, as: UTF8.self))
    guard try engine.container(name) != nil else {
      throw TestFailure("expected the engine to make \(name), found none")
    }
  }
}
