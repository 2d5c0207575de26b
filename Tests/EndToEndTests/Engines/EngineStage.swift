import Foundation
import TestSupport
import Testing

/// A stage whose tenants are moved by a real container engine.
struct EngineStage: Sendable {
  enum Driver: String, Sendable, CaseIterable {
    case docker, swarm
    /// The driver of Docker, on Podman.
    case podman
  }

  let stage: Stage
  let engine: EngineServer
  let driver: Driver
  let prefix: String

  /// What a tenant's container or service is called.
  func name(of slug: String) -> String { prefix + slug }

  /// Says in `pawl.yaml` that the engine moves the tenants, and writes it.
  ///
  /// - Parameter socket: where the engine is reached; nil is its own socket.
  func writeSettings(
    to file: String = "pawl.yaml", socket: String? = nil, _ change: (String) -> String = { $0 }
  ) throws {
    let settings = stage.settings.replacing(
      "driver: processes",
      with: """
        driver: \(driver == .podman ? .docker : driver)
            engine: unix://\(socket ?? engine.socket)
            name: "\(prefix){slug}"
            create: {network: host, environment: {GREETING: hello}}
        """
    ).replacing("state: fleet", with: "state: locks")
    try stage.write(change(settings), to: file)
  }

  /// Every container that runs, with the moment it was started: two of these are the same when nothing was
  /// moved in between.
  func running() throws -> [String: String] {
    var running: [String: String] = [:]
    for tenant in stage.tenants {
      for listed in try engine.containers(name(of: tenant.slug)) where listed.isRunning {
        let state = try engine.container(listed.id)?["State"] as? [String: Any]
        running[listed.name] = "\(listed.id) \(state?["StartedAt"] ?? "")"
      }
    }
    return running
  }
}

/// Runs `body` on a stage with the engine of the tests, and removes everything it made there. Skipped, with a
/// reason, where no engine can run.
nonisolated(nonsending) func withEngineStage(
  _ driver: EngineStage.Driver, _ layout: Layout = Layout(),
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
  try await withStage(layout) { stage in
    let staged = EngineStage(
      stage: stage, engine: engine, driver: driver,
      prefix: "e\(UInt32.random(in: .min ... .max))-")
    do {
      try staged.writeSettings()
      try await body(staged)
    } catch {
      try engine.clear(staged.prefix)
      throw error
    }
    try engine.clear(staged.prefix)
  }
}
