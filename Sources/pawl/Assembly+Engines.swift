import Fleets
import Presentation
import Registries
import Settings
import Transport
import Vocabulary

extension Assembly {
  func dockerFleet(
    _ tenants: [Tenant], _ engine: EngineSettings, _ prober: BuildInfoProber,
    _ connections: Connections
  ) throws(ProcessFailure) -> DockerFleet {
    var limits = DockerFleet.Limits()
    limits.startBudget = engine.startBudget
    return DockerFleet(
      tenants: tenants, folder: path(settings.fleet.state), engine: try address(engine),
      connections: connections, layout: engine.layout, credential: try pulling(connections),
      prober: prober, limits: limits)
  }

  func swarmFleet(
    _ tenants: [Tenant], _ engine: EngineSettings, _ prober: BuildInfoProber,
    _ connections: Connections
  ) throws(ProcessFailure) -> SwarmFleet {
    SwarmFleet(
      tenants: tenants, engine: try address(engine), connections: connections,
      layout: engine.layout, credential: try pulling(connections), prober: prober,
      startBudget: engine.startBudget)
  }

  func address(_ engine: EngineSettings) throws(ProcessFailure) -> EngineAddress {
    switch engine.location {
    case .socket(let file): return .socket(path(file))
    case .network(let url, let trust): return .network(url, trust: try roots(trust))
    }
  }

  private func roots(_ trust: EngineTrust) throws(ProcessFailure) -> TrustRoots? {
    let roots = try trust.authority.map { file throws(ProcessFailure) in
      try TrustRoots(reading: path(file))
    }
    guard let identity = trust.identity else { return roots }
    let certificate = try TextFile.read(
      path(identity.certificate), what: "our certificate for the engine",
      advice: "check 'certificate' of the engine")
    let key = try wholeSecret(.file(identity.key), what: "our key for the engine")
    do throws(Malformed) {
      return try (roots ?? TrustRoots.system).presenting(
        certificate: Array(certificate.utf8), key: key.reveal { Secret(Array($0.utf8)) },
        files: (identity.certificate.text, identity.key.text))
    } catch {
      throw ProcessFailure(
        .settings, "the engine in pawl.yaml cannot be used: \(error)", advice: "export it as PEM")
    }
  }

  /// How the engine signs in to the registries of pawl.yaml: as pawl itself does.
  private func pulling(_ connections: Connections) throws(ProcessFailure) -> EngineCredential {
    let logins = try logins(connections)
    return { location throws(Unknown) in
      guard let login = logins.first(where: { $0.host == location.registry }) else { return nil }
      return try await login.source.credential(for: location)?
        .engineAuthorization(for: location.registry)
    }
  }
}

extension EngineSettings {
  var tenantNaming: TenantNaming { TenantNaming(prefix: naming.prefix, suffix: naming.suffix) }

  fileprivate var layout: EngineLayout {
    EngineLayout(
      naming: tenantNaming,
      template: creation.map { creation in
        TenantTemplate(
          network: creation.network, port: creation.port,
          environment: creation.environment.map { ($0.name.text, $0.value) },
          restart: creation.restart.rawValue)
      })
  }
}
