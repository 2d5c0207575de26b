import Capabilities
import Fleets
import Presentation
import Registries
import Settings
import Transport
import Vocabulary

extension Assembly {
  /// Opens what leads outside for the time `body` runs, and closes it however that ends.
  func withOutside<Answer>(_ body: (Outside) async throws -> Answer) async throws -> Answer {
    let credentials = try credentials()
    let tenants = try tenants()
    return try await Connections.open(version: Version.text) { connections in
      let registry = OCIRegistry(connections: connections, credentials: credentials)
      let fleet = try fleet(tenants, images: registry, connections)
      let access = try forge(connections)
      return try await body(
        Outside(
          forge: access.forge, hosted: access.hosted, registry: registry, fleet: fleet,
          examiner: try examiner(access, connections)))
    }
  }

  private func fleet(
    _ tenants: [Tenant], images: any ImageSource, _ connections: Connections
  ) throws(ProcessFailure) -> any Fleet {
    let prober = try prober(connections)
    switch settings.fleet.driver {
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
    }
  }

  private func prober(_ connections: Connections) throws(ProcessFailure) -> BuildInfoProber {
    let verify = settings.verify
    return BuildInfoProber(
      path: try webPath(verify.path, "verify.path"), field: verify.field.text,
      healthPath: try verify.health.map { path throws(ProcessFailure) in
        try webPath(path, "verify.health")
      }, fetch: TenantFetch(connections: connections))
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

// MARK: - Credentials

extension Assembly {
  private func credentials() throws(ProcessFailure) -> [RegistryCredential] {
    var credentials: [RegistryCredential] = []
    for registry in settings.registriesInUse {
      guard case .basic(let user, let reference) = registry.access else { continue }
      let password = try secret(reference, what: "the password for \(registry.host)")
      do throws(Malformed) {
        credentials.append(
          try RegistryCredential(host: registry.host, user: user, password: password))
      } catch {
        throw ProcessFailure(
          .settings, "the username for \(registry.host) in pawl.yaml cannot be used: \(error)")
      }
    }
    return credentials
  }

  /// Reads a secret of one line where pawl.yaml says it is. Messages name the place, never the content.
  func secret(_ reference: SecretReference, what: String) throws(ProcessFailure) -> Secret<String> {
    let whole = try wholeSecret(reference, what: what)
    return whole.reveal { Secret(String($0.split(separator: "\n", maxSplits: 1).first ?? "")) }
  }

  /// The same for a secret of several lines, such as a key in PEM. What is read is masked in a CI's log.
  func wholeSecret(
    _ reference: SecretReference, what: String
  ) throws(ProcessFailure) -> Secret<String> {
    let text: String
    switch reference {
    case .environment(let name):
      guard let value = Environment.value(of: name.text) else {
        throw ProcessFailure(
          .inputMissing, "expected \(what) in the variable \(name), found it unset",
          advice: "set it for this process, from where your secrets are kept")
      }
      text = value
    case .file(let file):
      text = try TextFile.read(path(file), what: what, advice: "check the path in pawl.yaml")
      guard text.contains(where: { !$0.isWhitespace }) else {
        throw ProcessFailure(.inputMissing, "expected \(what) in \(file), found an empty file")
      }
    }
    CIEnvironment.ofThisProcess?.mask(text)
    return Secret(text)
  }
}

/// Fetches a tenant's pages over the connections of this process.
private struct TenantFetch: HTTPFetch {
  let connections: Connections

  func get(
    _ address: HTTPAddress, bytesMax: Int, timeMax: TimeSpan
  ) async -> Result<FetchedPage, Unknown> {
    let parts = address.text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 3,
      let root = try? HTTPAddress(parsing: parts[..<3].joined(separator: "/")),
      let target = RequestTarget("/" + (parts.count > 3 ? parts[3] : ""))
    else {
      return .failure(Unknown(.unanswerable, "\(address) cannot be asked"))
    }
    let limits = HTTPLimits(bodyBytesMax: bytesMax, time: timeMax.duration)
    var request = HTTPRequest(.get, target, at: root)
    // No credential travels here, and whoever wrote http:// beside a tenant meant it (SECURITY.md).
    request.plainHTTP = .anywhere
    return await connections.exchange(request, limits: limits)
      .map { FetchedPage(status: $0.status, body: $0.body) }.mapError(\.unknown)
  }
}
