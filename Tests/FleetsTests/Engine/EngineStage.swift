import Capabilities
import Foundation
import SystemPackage
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Fleets

/// A tenant on a real engine, pulled from a real registry.
struct EngineStage: ContractStage {
  enum Driver: Sendable {
    case docker
    /// The driver of Docker, on Podman.
    case podman
    case swarm
  }

  static let repository: RepositoryName = "acme/platform-tenant"

  let driver: Driver
  let engine: EngineServer
  let registry: RegistryServer
  let connections: Connections
  let folder: FilePath
  let program: [UInt8]
  let tenant: Tenant
  /// What its containers and services are called before its slug: nobody else's are.
  let prefix: String
  var template: TenantTemplate? = TenantTemplate(network: "host", port: nil, environment: [])

  /// Runs `body` with a tenant of its own, and removes everything it made, however it ends. Skipped, with a
  /// reason, where no engine can run.
  static func run(
    _ driver: Driver, access: RegistryServer.Access = .open,
    _ body: (EngineStage) async throws -> Void
  ) async throws {
    let engine: EngineServer
    switch try EngineServer.shared(driver == .podman ? .podman : .docker) {
    case .running(let running): engine = running
    case .impossible(let why): try Test.cancel("no such container engine can run here: \(why)")
    }
    if driver == .swarm, !engine.hasSwarm {
      try Test.cancel("the engine of the tests can be no manager of a swarm here")
    }
    let program = try await SampleTenant.bytes()
    try await withTemporaryDirectory { folder in
      try await withRegistry(access) { registry in
        try await Connections.open(version: "tests") { connections in
          let ports = try Ports(1)
          defer { withExtendedLifetime(ports) {} }
          let stage = EngineStage(
            driver: driver, engine: engine, registry: registry, connections: connections,
            folder: folder, program: program,
            tenant: Tenant(
              slug: "reno-stars", address: Workplace.address(port: ports.numbers[0])),
            prefix: "t\(UInt32.random(in: .min ... .max))-")
          do {
            try await body(stage)
          } catch {
            try engine.clear(stage.prefix)
            throw error
          }
          try engine.clear(stage.prefix)
        }
      }
    }
  }

  /// The name of its container or service.
  var name: String { prefix + tenant.slug.text }

  func fleet(startBudget: TimeSpan) -> any Fleet {
    fleet(startBudget: startBudget, credential: { _ in nil })
  }

  func fleet(
    startBudget: TimeSpan = .seconds(20), credential: @escaping EngineCredential,
    at address: EngineAddress? = nil, on machine: String = "here"
  ) -> any Fleet {
    let layout = EngineLayout(
      naming: TenantNaming(prefix: prefix, suffix: ""), template: template)
    let prober = BuildInfoProber(fetch: LoopbackFetch())
    switch driver {
    case .docker, .podman:
      var limits = DockerFleet.Limits()
      limits.startBudget = startBudget
      limits.stopGrace = .seconds(2)
      return DockerFleet(
        tenants: [tenant], folder: folder.appending(machine).string,
        engine: address ?? .socket(engine.socket), connections: connections, layout: layout,
        credential: credential, prober: prober, limits: limits)
    case .swarm:
      return SwarmFleet(
        tenants: [tenant], engine: address ?? .socket(engine.socket), connections: connections,
        layout: layout, credential: credential, prober: prober, startBudget: startBudget)
    }
  }

  func image(_ commit: Commit, _ settings: [String]) async throws -> ImageReference {
    try await image(commit, settings) { _ in }
  }

  func image(
    _ commit: Commit, _ settings: [String] = [], _ change: (inout FixtureImage) -> Void
  ) async throws -> ImageReference {
    var image = FixtureImage.release(
      of: commit, files: [.init("app/tenant", program, mode: 0o755)])
    image.entrypoint = ["/app/tenant"]
    image.environment = ["GIT_SHA=\(commit)"] + settings
    change(&image)
    let digest = try await registry.push(image, to: Self.repository)
    return ImageLocation(registry: registry.host, repository: Self.repository).at(digest)
  }

  /// The container that runs, and when it was started.
  func incarnation() async throws -> String? {
    switch driver {
    case .docker, .podman: return try incarnation(of: name)
    case .swarm:
      let tasks = try engine.ask(
        "GET", "/tasks?filters={\"service\":[\"\(name)\"],\"desired-state\":[\"running\"]}")
      let running = try JSONDecoder().decode([Task].self, from: tasks)
        .filter { $0.Status.State == "running" }
      return running.first?.ID
    }
  }

  private func incarnation(of name: String) throws -> String? {
    guard let container = try engine.container(name),
      let state = container["State"] as? [String: Any], state["Running"] as? Bool == true
    else { return nil }
    return "\(container["Id"] ?? "") \(state["StartedAt"] ?? "")"
  }

  private struct Task: Decodable {
    struct Status: Decodable { let State: String }
    let ID: String
    let Status: Status
  }
}
