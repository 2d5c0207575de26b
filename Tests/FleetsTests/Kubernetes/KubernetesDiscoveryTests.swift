import Capabilities
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

extension ClusterStage: DiscoveryStage {
  var tellsLabels: Bool { true }

  func discovery() -> any TenantDiscovery { discovery(at: server.address) }

  func discoveryOfNobody() -> any TenantDiscovery { discovery(at: "http://127.0.0.1:9") }

  private func discovery(at address: HTTPAddress) -> any TenantDiscovery {
    KubernetesDiscovery(
      access: ClusterAccess(
        address: address, trust: nil, credential: .token(Secret(ScriptedCluster.token))),
      connections: connections, namespaces: namespaces,
      keys: DiscoveryKeys(
        slug: "pawl.tenant", address: "pawl.url", windows: "pawl.window",
        labels: [("ring", "pawl.ring"), ("class", "pawl.class")]))
  }

  func make(_ slug: String, _ labels: [String: String], isTwin: Bool) async throws {
    make(
      "tenant-\(slug)", in: isTwin ? "tenants-us" : "tenants-eu", slug: slug
    ) { document in
      for (key, value) in labels {
        // An address is no value that a label may have, nor is a window.
        let place = ["pawl.url", "pawl.window"].contains(key) ? "annotations" : "labels"
        document["metadata"]?[place, default: .object([:])][key] = .text(value)
      }
    }
  }

  func makeStranger() async throws {
    make("stranger", slug: "") { $0["metadata"]?["labels"] = .object([:]) }
  }
}

extension EngineValue {
  fileprivate subscript(key: String, default value: EngineValue) -> EngineValue {
    get { self[key] ?? value }
    set { self[key] = newValue }
  }
}

/// The contract of finding tenants, on a scripted cluster.
@Suite(.timeLimit(.minutes(2))) struct KubernetesDiscoveryTests {
  @Test(arguments: DiscoveryContract.allCases, [Workload.Kind.deployment, .statefulSet])
  func `workloads keep the contract of being found`(
    _ clause: DiscoveryContract, kind: Workload.Kind
  ) async throws {
    try await ClusterStage.run(kind) { stage in try await clause.hold(on: stage) }
  }

  @Test func `one that is being deleted is going`() async throws {
    try await ClusterStage.run { stage in
      stage.make("old", slug: "old") {
        $0["metadata"]?["deletionTimestamp"] = .text("2026-01-01T00:00:00Z")
      }

      let found = try #require(await stage.discovery().discover().value)

      #expect(found.map(\.slug) == ["old"] && found.map(\.isGoing) == [true])
    }
  }

  @Test func `a page that is missing makes the list unknown`() async throws {
    try await ClusterStage.run { stage in
      for number in 0..<501 {
        stage.make("t\(number)", slug: "t\(number)") { $0["spec"]?["replicas"] = .whole(0) }
      }
      stage.cluster.misbehave {
        $0.target.contains("continue=") ? ScriptedCluster.State.status(403, "Forbidden") : nil
      }

      guard case .unknown(let why) = await stage.discovery().discover() else {
        Issue.record("expected a list that is unknown")
        return
      }
      #expect(why.cause == .forbidden)
    }
  }
}
