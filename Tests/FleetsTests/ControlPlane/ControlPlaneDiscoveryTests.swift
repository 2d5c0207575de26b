import Capabilities
import Synchronization
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Fleets

/// The contract of finding tenants, for a control plane that answers as a script says.
@Suite(.timeLimit(.minutes(2))) struct ControlPlaneDiscoveryTests {
  private final class Stage: DiscoveryStage {
    private let slugs = Mutex<[String]>([])
    private let address: HTTPAddress
    private let connections: Connections

    init(_ address: HTTPAddress, _ connections: Connections) {
      self.address = address
      self.connections = connections
    }

    var tellsLabels: Bool { false }
    var listed: [String] { slugs.withLock { $0 } }

    func discovery() -> any TenantDiscovery { discovery(at: address) }

    func discoveryOfNobody() -> any TenantDiscovery { discovery(at: "http://127.0.0.1:9") }

    private func discovery(at address: HTTPAddress) -> any TenantDiscovery {
      ControlPlaneDiscovery(
        plane: ControlPlaneFleet.Plane(
          address: address, token: Secret("t0ken"), fencing: .required, tenantTime: .seconds(1),
          tag: { _ in nil }), connections: connections, clock: ManualClock())
    }

    func make(_ slug: String, _ labels: [String: String], isTwin: Bool) async throws {
      slugs.withLock { $0.append(slug) }
    }

    /// A control plane has nothing else.
    func makeStranger() async throws {}

    /// What it moves is its own affair, and stays in the list.
    func moveAndFail() async throws {}
  }

  private final class Rows: Sendable {
    let stage = Mutex<Stage?>(nil)

    func reply(_ received: FaultyServer.Received) -> FaultyServer.Reply {
      guard received.value(of: "authorization") == "Bearer t0ken" else { return .answer(401) }
      let rows = (stage.withLock { $0 }?.listed ?? [])
        .map { #"{"slug":"\#($0)","ssm_status":"DryRun"}"# }.joined(separator: ",")
      return .answer(200, body: Array(#"{"ok":true,"fences":true,"results":[\#(rows)]}"#.utf8))
    }
  }

  @Test(arguments: DiscoveryContract.allCases)
  func `a control plane keeps the contract of being asked`(
    _ clause: DiscoveryContract
  ) async throws {
    let rows = Rows()
    try await withFaultyServer({ rows.reply($0) }) { server in
      try await Connections.open(version: "tests") { connections in
        let stage = Stage(server.address, connections)
        rows.stage.withLock { $0 = stage }
        try await clause.hold(on: stage)
      }
    }
  }

  @Test func `one that does not refuse older orders is not used`() async throws {
    let listed = #"{"ok":true,"results":[{"slug":"acme"}]}"#
    try await withFaultyServer({ _ in .answer(200, body: Array(listed.utf8)) }) { server in
      try await Connections.open(version: "tests") { connections in
        guard
          case .unknown(let why) = await Stage(server.address, connections).discovery().discover()
        else {
          Issue.record("expected a list that is unknown")
          return
        }
        #expect(why.detail.contains("does not say that it refuses older orders"), "\(why)")
      }
    }
  }
}
