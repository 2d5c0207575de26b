import Capabilities
import Fleets
import Presentation
import Settings
import Transport
import Vocabulary

// Who is in the fleet: as pawl.yaml lists it, as the file or the program that it names does, or as the driver
// finds it.

extension Assembly {
  /// Who is in the fleet and in scope.
  func tenants() async throws -> [Tenant] { try await census().tenants }

  /// Who is in the fleet, and who is left out of it and why.
  /// - Throws: ``ProcessFailure`` also when the list cannot be had.
  func census() async throws -> Census {
    switch try await reading() {
    case .found(let census): return census
    case .absent: return []
    case .unknown(let unknown): throw ProcessFailure(unanswered: "who is in the fleet", unknown)
    }
  }

  /// The same, where it matters that the list cannot be had.
  func reading() async throws -> Reading<Census> {
    guard case .discovered(let discovery) = settings.fleet.tenants else {
      return try await listed()
    }
    return try await withConnections { connections, patient in
      let found = try self.discovery(discovery, connections, patient)
      return await found.discover().map(account)
    }
  }

  /// Nil where nobody lists them.
  func listedCensus() async throws(ProcessFailure) -> Census? {
    if case .discovered = settings.fleet.tenants { return nil }
    switch try await listed() {
    case .found(let census): return census
    case .absent: return []
    case .unknown(let unknown): throw ProcessFailure(unanswered: "who is in the fleet", unknown)
    }
  }

  private func listed() async throws(ProcessFailure) -> Reading<Census> {
    let tenants: [Tenant]
    switch settings.fleet.tenants {
    case .listed(let list): tenants = list
    case .file(let file):
      let name = path(file)
      let text = try TextFile.read(
        name, what: "the list of tenants", advice: "check 'tenants' in pawl.yaml")
      tenants = try self.tenants(in: text, of: name)
    case .command(let words):
      let text: String
      do throws(Unknown) {
        text = try await lister(words).list()
      } catch {
        return .unknown(error)
      }
      tenants = try self.tenants(in: text, of: "what \(words[0]) printed")
    case .discovered: preconditionFailure("whoever is discovered is not listed")
    }
    return .found(settings.fleet.inventory.census(of: try tenants.map(withZones)))
  }

  private func withZones(_ tenant: Tenant) throws(ProcessFailure) -> Tenant {
    guard let windows = tenant.windows else { return tenant }
    do throws(Malformed) {
      return tenant.movable(in: try ZoneDatabase(at: clock.now()).looked(up: windows))
    } catch {
      throw ProcessFailure(
        .settings, "the zone of the window of the tenant \(tenant.slug) is \(error)",
        advice: "'timedatectl list-timezones' lists those that this machine knows")
    }
  }

  /// Who of those that a driver found is in the fleet.
  var account: @Sendable ([DiscoveredTenant]) -> Census {
    let (inventory, clock) = (settings.fleet.inventory, self.clock)
    return { found in
      ZoneDatabase(at: clock.now()).lookUpWindows(in: inventory.census(of: found))
    }
  }

  private func tenants(in text: String, of name: String) throws(ProcessFailure) -> [Tenant] {
    switch settings.tenants(text: text, file: name) {
    case .accepted(let tenants, _): return tenants
    case .refused(let report): throw ProcessFailure(report, in: name)
    }
  }

  private func lister(_ words: [String]) -> TenantLister {
    TenantLister(
      CommandFleet.Program(
        executable: words[0], arguments: [], environment: Environment.searchPath, folder: folder,
        timeLimit: .minutes(2)), arguments: Array(words.dropFirst()),
      log: path(settings.fleet.state) + "/logs/tenants.log")
  }

  /// Where the driver finds its tenants.
  ///
  /// - Parameter patient: bear a long silence.
  func discovery(
    _ discovery: DiscoverySettings, _ connections: Connections, _ patient: Connections
  ) throws(ProcessFailure) -> any TenantDiscovery {
    let keys = DiscoveryKeys(
      slug: discovery.key, address: DiscoverySettings.addressKey,
      windows: DiscoverySettings.windowKey,
      labels: discovery.labels.map { ($0.name, $0.key) })
    switch settings.fleet.driver {
    case .docker(let engine):
      return DockerDiscovery(
        engine: try address(engine), connections: connections, naming: engine.tenantNaming,
        keys: keys)
    case .swarm(let engine):
      return SwarmDiscovery(
        engine: try address(engine), connections: connections, naming: engine.tenantNaming,
        keys: keys)
    case .kubernetes(let cluster):
      return KubernetesDiscovery(
        access: try clusterAccess(cluster), connections: connections,
        namespaces: cluster.namespaces,
        keys: keys)
    case .controlPlane(let plane):
      return ControlPlaneDiscovery(plane: try self.plane(plane), connections: patient)
    case .processes, .command:
      preconditionFailure("pawl.yaml was checked: this driver finds nobody")
    }
  }
}
