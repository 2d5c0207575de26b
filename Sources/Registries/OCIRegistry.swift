public import Capabilities
public import Transport
public import Vocabulary

/// Any registry that speaks OCI distribution, over HTTP Basic or without a credential.
///
/// One value serves every host: a credential goes to its own host alone. Plain HTTP is spoken to
/// this very machine and to the hosts named for it, TLS to all others.
public struct OCIRegistry: Registry, ImageSource {
  let client: DistributionClient
  let reader: ImageReader

  /// - Parameters:
  ///   - connections: stay the caller's, who closes them.
  ///   - credentials: at most one per host.
  ///   - plainHTTPHosts: hosts for which a person has allowed HTTP without TLS.
  ///   - platform: whose image of an index is read.
  public init(
    connections: Connections, credentials: [RegistryCredential] = [],
    plainHTTPHosts: Set<RegistryHost> = [], platform: ImagePlatform = .current
  ) {
    precondition(
      Set(credentials.map(\.host)).count == credentials.count, "a host has one credential")
    client = DistributionClient(
      connections: connections, authorizer: Authorizer(credentials),
      plainHTTPHosts: plainHTTPHosts)
    reader = ImageReader(client: client, platform: platform)
  }

  public func inspect(_ reference: ImageReference) async -> Reading<ImageFacts> {
    switch await reader.manifest(reference) {
    case .absent: return .absent
    case .unknown(let unknown): return .unknown(unknown)
    case .found(let manifest):
      do throws(Unknown) {
        let image = try await reader.image(manifest, in: reference.location)
        return .found(image.facts(root: manifest.digest))
      } catch {
        return .unknown(error)
      }
    }
  }
}
