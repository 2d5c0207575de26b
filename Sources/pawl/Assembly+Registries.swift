import Capabilities
import Foundation
import Presentation
import Registries
import Settings
import Transport
import Vocabulary

extension Assembly {
  /// How every registry of pawl.yaml is reached and signed in to. Passwords that pawl.yaml points at are
  /// read now, everything else when a registry asks for it.
  /// - Parameter hosts: which registries it is about; nil means all.
  func logins(
    _ connections: Connections, to hosts: Set<RegistryHost>? = nil
  ) throws(ProcessFailure) -> [RegistryLogin] {
    var logins: [RegistryLogin] = []
    for registry in settings.registriesSpokenTo where hosts?.contains(registry.host) ?? true {
      logins.append(
        RegistryLogin(
          host: registry.host, source: try source(registry, connections),
          isPlainHTTPAllowed: registry.isPlainHTTPAllowed, trust: try trust(registry.authority)))
    }
    return logins
  }

  private func source(
    _ registry: RegistrySettings, _ connections: Connections
  ) throws(ProcessFailure) -> any CredentialSource {
    let environment = ProcessInfo.processInfo.environment
    do {
      switch registry.access {
      case .anonymous:
        return Anonymous()
      case .basic(let user, let reference):
        return GivenCredential(try credential(user, reference, for: registry.host))
      case .ghcr(let user, let reference):
        // Its registry takes tokens only; the credential goes to its token service.
        return GivenCredential(
          try credential(user, reference, for: registry.host), isSentUnasked: false)
      case .dockerConfig:
        return DockerConfigSource(environment: environment, silence: .isRefused)
      case .ecr(let region, let keys):
        return try ECRLogin(
          host: registry.host, region: region, keys: keys.source, connections: connections,
          wallClock: clock, environment: environment)
      }
    } catch let failure as ProcessFailure {
      throw failure
    } catch {
      throw ProcessFailure(
        .settings, "registries.\(registry.key) in pawl.yaml cannot be used: \(error)")
    }
  }

  private func credential(
    _ user: String, _ reference: SecretReference, for host: RegistryHost
  ) throws -> RegistryCredential {
    let place =
      switch reference {
      case .environment(let name): "$\(name)"
      case .file(let file): file.text
      }
    let password = try secret(reference, what: "the password for \(host)")
    return try RegistryCredential(user: user, password: password, of: place)
  }

  private func trust(_ authority: LocalPath?) throws(ProcessFailure) -> TrustRoots? {
    guard let authority else { return nil }
    return try TrustRoots(reading: path(authority))
  }
}

extension OCIRegistry {
  /// `registry.example.com: 'deployer' of $PASSWORD`, one line per host. A credential that cannot be had is
  /// told of by whatever needs it.
  fileprivate func identity(at host: RegistryHost, of image: ImageSettings) async -> String? {
    do throws(Unknown) {
      let identity = try await identity(for: image.build.location(in: host))
      return "\(host): as \(identity ?? "nobody in particular")"
    } catch {
      return nil
    }
  }

  func identities(at hosts: [RegistryHost], of images: [ImageSettings]) async -> [String] {
    guard let image = images.first else { return [] }
    return await inParallel(hosts) { await identity(at: $0, of: image) }.compactMap(\.self)
  }
}

extension TrustRoots {
  /// The certificates in a file that a person named.
  init(reading path: String) throws(ProcessFailure) {
    let text = try TextFile.read(
      path, what: "the certificates of a private authority", advice: "check the path of 'ca'")
    do throws(Malformed) {
      try self.init(pem: Array(text.utf8), file: path)
    } catch {
      throw ProcessFailure(.settings, "\(error)", advice: "export the authority as PEM")
    }
  }
}

extension AWSKeySettings {
  fileprivate var source: AWSKeySource {
    switch self {
    case .environment: .environment
    case .profile(let name): .profile(name)
    case .container: .container
    case .instance: .instance
    }
  }
}
