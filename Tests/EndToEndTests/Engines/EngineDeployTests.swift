import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import Vocabulary

/// Releases of the real `pawl` over containers of a real engine, pulled by digest from a real registry.
@Suite(.timeLimit(.minutes(30)))
struct EngineDeployTests {
  @Test(arguments: EngineStage.Driver.allCases)
  func
    `releases go forward, an older one is refused, a dying canary is put back, and a person goes back`(
      _ driver: EngineStage.Driver
    ) async throws
  {
    var layout = Layout(commits: 4)
    layout.misbehaviour[3] = ["TENANT_CRASH=start"]
    try await withEngineStage(driver, layout) { engine in
      let stage = engine.stage
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      try await stage.expectEverything(on: stage.commits[0])
      try await stage.expectDeploy(of: 2, endsWith: 0, says: "promoted")
      try await stage.expectEverything(on: stage.commits[2])

      let before = try engine.running()
      try await stage.expectDeploy(of: 1, endsWith: 20, says: "refused-behind")
      #expect(try engine.running() == before)

      try await stage.expectDeploy(
        of: 3, endsWith: 40, says: "halted-canary", "anna did not come up",
        "its last words: tenant: crashes at start, as it was told to",
        "what it ran before runs again")
      try await stage.expectEverything(on: stage.commits[2])
      let after = try engine.running()
      for slug in ["bert", "cleo"] {
        let name = engine.name(of: slug)
        #expect(
          before.filter { $0.key.hasPrefix(name) } == after.filter { $0.key.hasPrefix(name) },
          "\(slug)")
      }

      let back = try await stage.pawl("rollback", "--reason", "the last release is slow")
      #expect(back.code == 0, "\(back)")
      try await stage.expectEverything(on: stage.commits[0])
      try await stage.expectJournalHolds()
    }
  }

  @Test(arguments: [EngineStage.Driver.docker, .swarm])
  func
    `a run that was stopped before its first change, and goes on after a newer one, moves nothing`(
      _ driver: EngineStage.Driver
    ) async throws
  {
    try await withEngineStage(driver, Layout(commits: 4)) { engine in
      let stage = engine.stage
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      // Another controller, with an older copy of the journal and no lock in common: only the engine is left
      // to refuse what it sends.
      try FileManager.default.createDirectory(
        atPath: stage.path("elsewhere"), withIntermediateDirectories: false)
      try FileManager.default.copyItem(
        atPath: stage.path("journal"), toPath: stage.path("elsewhere/journal"))
      let relay = try SocketRelay(at: stage.path("relay.sock"), to: engine.engine.socket)
      try engine.writeSettings(to: "elsewhere/pawl.yaml", socket: relay.path)

      let (holds, hold) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
      relay.hold(beforeChange: 1) { hold.yield() }
      let output = Pipe()
      let old = try stage.start(
        "deploy", "--sha", stage.commits[1].text, config: "elsewhere/pawl.yaml", output: output)
      _ = await holds.first { _ in true }
      old.send(SIGSTOP)

      try await stage.expectDeploy(of: 2, endsWith: 0, says: "promoted")
      try await stage.expectDeploy(of: 3, endsWith: 0, says: "promoted")
      let before = try engine.running()
      relay.release()
      old.send(SIGCONT)
      let words = String(
        decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      let code = old.wait()

      #expect(try engine.running() == before)
      try await stage.expectEverything(on: stage.commits[3])
      #expect(
        words.contains("token 3.2 was refused: anna has obeyed a newer order (token 5.3)"),
        "\(words)")
      #expect(code != 0)
    }
  }

  @Test(arguments: [1, 2])
  func `of eight tenants one may be wedged and is named, and two halt the release`(
    wedged: Int
  ) async throws {
    var layout = Layout(commits: 2)
    layout.tenants = ["anna", "bert", "cleo", "dora", "emil", "fred", "gina", "hans"]
    layout.settleBudget = "12s"
    try await withEngineStage(.docker, layout) { engine in
      let stage = engine.stage
      try engine.writeSettings {
        $0.replacing("  canary: [anna]", with: "  canary: [anna]\n  max_stragglers: 1")
      }
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      for slug in ["dora", "hans"].prefix(wedged) { try engine.wedge(slug) }

      let ended = try await stage.pawl("deploy", "--sha", stage.commits[1].text)

      let served = try await stage.served()
      let latest = try await stage.latest()
      let (old, new) = (
        try await stage.built(stage.commits[0]), try await stage.built(stage.commits[1])
      )
      if wedged == 1 {
        #expect(ended.code == 0, "\(ended)")
        #expect(ended.says("quarantined: 7 tenants serve", "quarantined: dora"), "\(ended)")
        #expect(latest == new)
        #expect(served.values.allSatisfy { $0 == stage.commits[1].text }, "\(served)")
        #expect(try await stage.pawl("quarantine", "list").says("dora: told to run"))
        let cleared = try await stage.pawl("quarantine", "clear", "dora", "--reason", "looked")
        #expect(
          cleared.code == 0
            && cleared.says("dora is not quarantined any more", "no tenant is quarantined"),
          "\(cleared)")
      } else {
        #expect(ended.code == 41 || ended.code == 40, "\(ended)")
        #expect(ended.says("halted"), "\(ended)")
        #expect(latest == old)
      }
    }
  }
}

extension EngineStage {
  /// Makes a tenant's container anew, as a person would, with a setting that keeps every release unwell.
  fileprivate func wedge(_ slug: String) throws {
    let name = name(of: slug)
    guard let container = try engine.container(name),
      var config = container["Config"] as? [String: Any], let host = container["HostConfig"]
    else { throw TestFailure("expected a container \(name), found none") }
    config["Env"] = (config["Env"] as? [String] ?? []) + ["TENANT_HEALTH=fail"]
    config["HostConfig"] = host
    config["Hostname"] = nil
    let body = try JSONSerialization.data(withJSONObject: config)
    try engine.ask("DELETE", "/containers/\(name)?force=true")
    try engine.ask(
      "POST", "/containers/create?name=\(name)", String(decoding: body, as: UTF8.self))
    try engine.ask("POST", "/containers/\(name)/start")
  }
}
