import Capabilities
import Decisions
import Fleets
import Presentation
import Registries
import Settings
import Transport
import Vocabulary

extension Assembly {
  /// Opens what leads outside for the time `body` runs, and closes it however that ends.
  func withOutside<Answer>(_ body: (Outside) async throws -> Answer) async throws -> Answer {
    let listed = try await listedCensus()
    return try await withConnections { connections, patient in
      let registry = OCIRegistry(
        connections: connections, logins: try logins(connections),
        written: settings.locationsWritten,
        remark: { [console] in console.remark(Line($0, .quiet)) })
      let known = try knownImages(registry)
      let driver = try driver(
        listed ?? [], images: registry, try prober(connections, known), connections, patient)
      let fleet = AccountedFleet(
        driver, try source(listed, connections, patient), images: known)
      let hosts = settings.registriesSpokenTo.map(\.host)
      let access = try forge(connections)
      return try await body(
        Outside(
          forge: access.forge, hosted: access.hosted, registry: registry, driver: driver,
          fleet: fleet,
          examiner: try examiner(access, connections),
          identities: { await registry.identities(at: hosts, of: settings.images) }))
    }
  }

  /// Opens the connections of this process, and where a control plane moves the tenants others for it, which
  /// bear its silence while it works.
  func withConnections<Answer>(
    _ body: (_ connections: Connections, _ patient: Connections) async throws -> Answer
  ) async throws -> Answer {
    try await console.withConnections(proxy: try forgeProxy()) { connections in
      guard case .controlPlane(let plane) = settings.fleet.driver else {
        return try await body(connections, connections)
      }
      let time = ControlPlaneFleet.Plane.orderTime(for: plane.tenantTime)
      return try await console.withConnections(silenceMax: time.duration) { patient in
        try await body(connections, patient)
      }
    }
  }

  private func source(
    _ listed: Census?, _ connections: Connections, _ patient: Connections
  ) throws(ProcessFailure) -> AccountedFleet.Source {
    guard case .discovered(let settings) = settings.fleet.tenants else {
      return .listed(leftOut: listed?.leftOut ?? [])
    }
    return .discovered(try discovery(settings, connections, patient), account: account)
  }

  /// - Parameters:
  ///   - census: of those who are listed; nobody where the driver finds them.
  ///   - patient: bear a long silence.
  private func driver(
    _ census: Census, images: any ImageSource, _ prober: BuildInfoProber,
    _ connections: Connections, _ patient: Connections
  ) throws(ProcessFailure) -> any Fleet {
    let tenants = census.tenants
    switch settings.fleet.driver {
    case .controlPlane(let plane):
      return ControlPlaneFleet(
        tenants: tenants, isExcluded: exclusion(census),
        folder: path(settings.fleet.state), plane: try self.plane(plane),
        connections: patient, prober: prober)
    case .processes(let startBudget):
      var limits = ProcessFleet.Limits()
      limits.startBudget = startBudget
      return ProcessFleet(
        tenants: tenants, folder: path(settings.fleet.state), images: images, prober: prober,
        limits: limits)
    case .command(let command):
      return CommandFleet(
        tenants: tenants, folder: path(settings.fleet.state), program: program(command),
        prober: prober)
    case .docker(let engine):
      return try dockerFleet(tenants, engine, prober, connections)
    case .swarm(let engine):
      return try swarmFleet(tenants, engine, prober, connections)
    case .kubernetes(let cluster):
      return try kubernetesFleet(census, cluster, prober, connections)
    }
  }

  /// Whom somebody else's list may hold without being in ours.
  func exclusion(_ census: Census) -> @Sendable (TenantSlug) -> Bool {
    let rules = settings.fleet.excluded
    let excluded = census.leftOut.compactMap(\.slug)
    return { slug in excluded.contains(slug) || rules.contains { $0.matches(slug: slug) } }
  }

  func plane(
    _ plane: ControlPlaneSettings
  ) throws(ProcessFailure) -> ControlPlaneFleet.Plane {
    let (image, registry) = (settings.fleet.image, settings.fleet.registry)
    return ControlPlaneFleet.Plane(
      address: plane.address,
      token: try secret(plane.token, what: "the token of the control plane"),
      fencing: plane.fencing == .required ? .required : .recordedHere,
      tenantTime: plane.tenantTime,
      tag: { commit in
        guard case .tag(let tag) = image.build.reference(in: registry.host, of: commit).selector
        else { return nil }
        return tag
      })
  }

  /// The images of the fleet that the journal and `registry` know, where tenants name the image they run.
  private func knownImages(_ registry: any Registry) throws(ProcessFailure) -> KnownImages? {
    guard settings.verify.identity == .digest else { return nil }
    let facts = try state().facts
    let image = settings.fleet.image.name
    let released = facts.releases.all.compactMap { release in
      release.candidate.digest(of: image).map { (digest: $0, commit: release.candidate.commit) }
    }
    let ordered = facts.placements.byTenant.values.sorted { $0.generation < $1.generation }
      .compactMap { placement in placement.digest.map { (digest: $0, commit: placement.commit) } }
    let (build, host) = (settings.fleet.image.build, settings.fleet.registry.host)
    return KnownImages(
      released + ordered,
      source: KnownImages.Source(
        image: { await registry.inspect(build.location(in: host).at($0)) },
        build: { await registry.inspect(build.reference(in: host, of: $0)) }))
  }

  private func prober(
    _ connections: Connections, _ images: KnownImages?
  ) throws(ProcessFailure) -> BuildInfoProber {
    let verify = settings.verify
    return BuildInfoProber(
      path: try webPath(verify.path, "verify.path"), field: verify.field.text,
      prefix: verify.prefix?.text ?? "", images: images,
      healthPath: try verify.health.map { path throws(ProcessFailure) in
        try webPath(path, "verify.health")
      }, key: try verify.proofKey.map(proofKey),
      fetch: TenantFetch(
        connections: connections, pages: [verify.path, verify.health].compactMap { $0?.text },
        ranges: verify.ranges,
        trust: try verify.authority.map { file throws(ProcessFailure) in
          try TrustRoots(reading: path(file))
        }, budget: try .ofThisProcess()))
  }

  private func proofKey(_ reference: SecretReference) throws(ProcessFailure) -> ProofKey {
    let text = try secret(reference, what: "the key of proofs (verify.proof_key)")
    do throws(Malformed) {
      return try ProofKey(text)
    } catch {
      throw ProcessFailure(
        .inputMissing, "verify.proof_key in pawl.yaml cannot be used: \(error)",
        advice: "make one with 'openssl rand -hex 32', for pawl and for the tenants")
    }
  }

  /// The program of the fleet, with what it gets of this process's environment: `PATH` and what is named.
  private func program(_ command: CommandSettings) -> CommandFleet.Program {
    let names = ["PATH"] + command.environment.map(\.text)
    let environment = names.compactMap { name in Environment.value(of: name).map { (name, $0) } }
    return CommandFleet.Program(
      executable: command.program, arguments: command.arguments,
      environment: Dictionary(environment) { first, _ in first }, folder: folder,
      timeLimit: command.timeLimit)
  }

  private func webPath(_ path: ProbePath, _ key: String) throws(ProcessFailure) -> WebPath {
    do throws(Malformed) {
      return try WebPath(parsing: path.text)
    } catch {
      throw ProcessFailure(.settings, "\(key) in pawl.yaml cannot be used: \(error)")
    }
  }
}

/// Fetches a tenant's pages over the connections of this process.
private struct TenantFetch: HTTPFetch {
  let connections: Connections
  /// The paths below a tenant's address that are asked.
  let pages: [String]
  let ranges: [AddressRange]
  let trust: TrustRoots?
  let budget: ConnectionBudget

  func instances(of address: HTTPAddress) async -> Result<[IPAddress], Unknown> {
    guard let request = request(of: address) else {
      return .failure(Unknown(.unanswerable, "\(address) cannot be asked"))
    }
    return await connections.instances(of: request)
  }

  func get(
    _ address: HTTPAddress, at instance: IPAddress?, headers: [HTTPHeader], bytesMax: Int,
    timeMax: TimeSpan
  ) async -> Result<FetchedPage, Unknown> {
    guard var request = request(of: address) else {
      return .failure(Unknown(.unanswerable, "\(address) cannot be asked"))
    }
    request.headers = headers
    request.instance = instance
    let asked = request
    let limits = HTTPLimits(bodyBytesMax: bytesMax, time: timeMax.duration)
    return await budget.connecting(to: address.authority, at: place(of: asked)) { isKept in
      var request = asked
      request.closesConnection = !isKept
      return await connections.exchange(request, limits: limits)
    }.map { FetchedPage(status: $0.status, body: $0.body) }.mapError(\.unknown)
  }

  /// Tenants that share one by their names share its connections over plain HTTP; over TLS each name has its
  /// own.
  private func place(of request: HTTPRequest) -> String {
    guard let instance = request.instance, !request.address.isSecure else {
      return request.address.authority
    }
    return "\(instance) \(request.address.port)"
  }

  private func request(of address: HTTPAddress) -> HTTPRequest? {
    let path = address.path
    guard let target = RequestTarget(path.isEmpty ? "/" : String(path)) else { return nil }
    var request = HTTPRequest(.get, target, at: address.root)
    // No credential travels here, and whoever wrote http:// beside a tenant meant it (SECURITY.md).
    request.plainHTTP = .anywhere
    request.ranges = ranges
    request.trust = trust
    // Several tenants may be behind one host, told apart by their path.
    let page = pages.first { address.text.hasSuffix($0) } ?? ""
    request.party = String(Substring(address.text.utf8.dropLast(page.utf8.count)))
    return request
  }
}
