import Capabilities
import Foundation
import SystemPackage
import TestSupport
import Vocabulary

@testable import Fleets

extension EngineStage: DiscoveryStage {
  /// Nobody else's on this engine.
  var label: String { prefix + "tenant" }

  var tellsLabels: Bool { true }

  func discovery() -> any TenantDiscovery { discovery(at: .socket(engine.socket)) }

  func discoveryOfNobody() -> any TenantDiscovery {
    discovery(at: .socket(folder.appending("nobody.sock").string))
  }

  func discovery(at address: EngineAddress) -> any TenantDiscovery {
    let keys = DiscoveryKeys(
      slug: label, address: "pawl.url", windows: "pawl.window",
      labels: [("ring", "pawl.ring"), ("class", "pawl.class")])
    let naming = TenantNaming(prefix: prefix, suffix: "")
    switch driver {
    case .docker, .podman:
      return DockerDiscovery(
        engine: address, connections: connections, naming: naming, keys: keys)
    case .swarm:
      return SwarmDiscovery(
        engine: address, connections: connections, naming: naming, keys: keys)
    }
  }

  func make(_ slug: String, _ labels: [String: String], isTwin: Bool) async throws {
    try await make(
      name: prefix + slug + (isTwin ? "-twin" : ""),
      labels.merging([label: slug]) { first, _ in first })
  }

  func makeStranger() async throws {
    try await make(name: prefix + "stranger", ["pawl.ring": "canary"])
  }

  /// As somebody with `docker create` or `docker service create` would.
  private func make(name: String, _ labels: [String: String]) async throws {
    let image = try await image("1111111111111111111111111111111111111111")
    switch driver {
    case .docker, .podman:
      try engine.ask(
        "POST", "/images/create?fromImage=\(image.location)&tag=\(image.selector)")
      try post(
        "/containers/create?name=\(name)",
        [
          "Image": image.text, "Env": ["PORT=\(tenant.address.port)"], "Labels": labels,
          "HostConfig": ["NetworkMode": "host"],
        ])
      guard try engine.container(name) != nil else {
        throw TestFailure("expected the engine to make container \(name), found none")
      }
    case .swarm:
      // Nobody but the tenant itself is to listen at its port.
      let replicas = name == self.name ? 1 : 0
      try post(
        "/services/create",
        [
          "Name": name, "Labels": labels, "Mode": ["Replicated": ["Replicas": replicas]],
          "TaskTemplate": [
            "ContainerSpec": [
              "Image": image.text, "Env": ["PORT=\(tenant.address.port)"],
            ], "Networks": [["Target": "host"]],
          ],
        ])
      let service = try JSONSerialization.jsonObject(
        with: try engine.ask("GET", "/services/\(name)"))
      guard (service as? [String: Any])?["ID"] != nil else {
        throw TestFailure("expected the swarm to make service \(name), found \(service)")
      }
    }
  }

  private func post(_ path: String, _ body: [String: Any]) throws {
    let data = try JSONSerialization.data(withJSONObject: body)
    try engine.ask("POST", path, String(decoding: data, as: UTF8.self))
  }
}
