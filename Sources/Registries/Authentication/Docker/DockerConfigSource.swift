import Foundation
import Synchronization
import Transport
public import Vocabulary

/// Takes credentials from where `docker login` or `podman login` has left them.
///
/// The first file that is there is the one that counts, and where the environment names a place, no other is
/// looked into. What it says of a repository is used for exactly
/// that, and a helper that fails is a failure, not a reason to look further.
public final class DockerConfigSource: CredentialSource {
  /// What a file that says nothing of a registry means.
  public enum Silence: Sendable {
    /// The registry is spoken to without a credential.
    case isAnonymous
    /// Somebody has promised a credential there, so it is an error.
    case isRefused
  }

  private let environment: [String: String]
  private let silence: Silence
  private let helpers: CredentialHelpers
  private let file = Mutex<DockerConfig?>(nil)

  /// - Parameter environment: of this process: it says where the files are.
  public init(
    environment: [String: String], silence: Silence
  ) {
    self.environment = environment
    self.silence = silence
    helpers = CredentialHelpers(timeMax: CredentialHelpers.timeMax)
  }

  init(
    environment: [String: String], silence: Silence, helpers: CredentialHelpers
  ) {
    self.environment = environment
    self.silence = silence
    self.helpers = helpers
  }

  public func credential(for location: ImageLocation) async throws(Unknown) -> RegistryCredential? {
    let config = try config()
    switch try config?.entry(for: location) {
    case .credential(let credential): return credential
    case .helper(let name, let server):
      if let credential = try await helpers.credential(for: server, from: name) {
        return credential
      }
    case nil: break
    }
    switch silence {
    case .isAnonymous: return nil
    case .isRefused:
      let place = config?.path ?? Self.places(environment).joined(separator: " or ")
      throw Unknown(
        .unauthorized,
        "\(location.registry): expected a credential in \(place), found none; log in, "
          + "or name another source with 'auth'")
    }
  }

  private func config() throws(Unknown) -> DockerConfig? {
    if let known = file.withLock(\.self) { return known }
    for path in Self.places(environment) {
      guard FileManager.default.fileExists(atPath: path) else { continue }
      guard let data = FileManager.default.contents(atPath: path),
        data.count <= DockerConfig.bytesMax
      else {
        throw Unknown(.unanswerable, "\(path): expected a readable file of at most 1 MiB")
      }
      let config = try DockerConfig([UInt8](data), path: path)
      file.withLock { $0 = config }
      return config
    }
    return nil
  }

  /// In the order they are looked for. Who names a place means that one: falling back to the usual ones would
  /// be going on as somebody else.
  static func places(_ environment: [String: String]) -> [String] {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let named = [
      value("DOCKER_CONFIG").map { $0 + "/config.json" }, value("REGISTRY_AUTH_FILE"),
    ].compactMap(\.self)
    guard named.isEmpty else { return named }
    let home = value("HOME")
    return [
      home.map { $0 + "/.docker/config.json" },
      value("XDG_RUNTIME_DIR").map { $0 + "/containers/auth.json" },
      home.map { $0 + "/.config/containers/auth.json" },
    ].compactMap(\.self)
  }
}
