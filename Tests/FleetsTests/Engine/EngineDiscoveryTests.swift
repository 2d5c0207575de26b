import Capabilities
import Foundation
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Fleets

/// The contract of finding tenants, on a real engine, and against one that answers what none should.
@Suite(.timeLimit(.minutes(5))) struct EngineDiscoveryTests {
  @Test(arguments: DiscoveryContract.allCases)
  func `containers keep the contract of being found`(_ clause: DiscoveryContract) async throws {
    try await EngineStage.run(.docker) { stage in try await clause.hold(on: stage) }
  }

  @Test(arguments: DiscoveryContract.allCases)
  func `services keep the contract of being found`(_ clause: DiscoveryContract) async throws {
    try await EngineStage.run(.swarm) { stage in try await clause.hold(on: stage) }
  }

  @Test(arguments: [EngineStage.Driver.docker, .swarm])
  func `one that is not called as the driver calls it is found, with what is wrong`(
    _ driver: EngineStage.Driver
  ) async throws {
    try await EngineStage.run(driver) { stage in
      try await stage.make("acme", [:], isTwin: true)

      let found = try #require(await stage.discovery().discover().value)

      let what = driver == .docker ? "container" : "service"
      #expect(found.map(\.title) == ["\(what) \(stage.prefix)acme-twin"])
      #expect(
        found.first?.objection?.hasPrefix(
          "the \(what) of this tenant is called \(stage.prefix)acme: ") == true, "\(found)")
    }
  }

  @Test func `one that is only left of an order that was cut off is still the tenant`() async throws
  {
    try await EngineStage.run(.docker) { stage in
      try await stage.make("acme", ["pawl.ring": "canary"], isTwin: false)
      let before = await stage.discovery().discover()

      try stage.engine.ask(
        "POST", "/containers/\(stage.prefix)acme/rename?name=\(stage.prefix)acme.pawl-previous")

      #expect(before.value?.map(\.slug) == ["acme"])
      #expect(await stage.discovery().discover() == before)
    }
  }

  @Test(arguments: [
    (500, "[]"), (403, "[]"), (200, "{}"), (200, "[{}]"), (200, "["), (200, ""),
    (200, #"[{"Names":["/a"],"State":"running","Labels":{}},7]"#),
  ])
  func `an engine that does not list is unknown, and no empty fleet`(
    status: Int, body: String
  ) async throws {
    try await withFaultyServer({ received in
      received.target == "/version"
        ? .answer(200, body: Array(#"{"ApiVersion":"1.41","Os":"linux","Arch":"amd64"}"#.utf8))
        : .answer(status, body: Array(body.utf8))
    }) { server in
      try await Connections.open(version: "tests") { connections in
        let keys = DiscoveryKeys(
          slug: "pawl.tenant", address: "pawl.url", windows: "pawl.window", labels: [])
        let (engine, naming) = (
          EngineAddress.network(server.address, trust: nil), TenantNaming(prefix: "", suffix: "")
        )

        let containers = await DockerDiscovery(
          engine: engine, connections: connections, naming: naming, keys: keys
        ).discover()
        let services = await SwarmDiscovery(
          engine: engine, connections: connections, naming: naming, keys: keys
        ).discover()

        for reading in [containers, services] {
          guard case .unknown = reading else {
            Issue.record("expected a list that is unknown, found \(reading)")
            continue
          }
        }
      }
    }
  }
}
