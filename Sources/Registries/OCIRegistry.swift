public import Capabilities
public import Transport
public import Vocabulary

/// Any registry that speaks OCI distribution.
///
/// One value serves every host: a credential goes to its own host, or to the token service that host names,
/// and nowhere else. Plain HTTP is spoken to this very machine and to hosts it is allowed for, TLS to all
/// others.
public struct OCIRegistry: Registry, ImageSource {
  let client: DistributionClient
  let reader: ImageReader

  /// - Parameters:
  ///   - connections: stay the caller's, who closes them.
  ///   - logins: at most one per host.
  ///   - otherwise: where the credential for any other host comes from.
  ///   - written: the repositories that are going to be written, so that one token is asked for that
  ///     serves them all.
  ///   - platform: whose image of an index is run, and read where that is asked for; all of them are judged
  ///     by their labels.
  ///   - clock: how long tokens live is counted on it.
  ///   - remark: is told, once, what a registry wants people to read.
  public init(
    connections: Connections, logins: [RegistryLogin] = [],
    otherwise: any CredentialSource = Anonymous(), written: [ImageLocation] = [],
    platform: ImagePlatform = .current, clock: any Clock<Duration> = ContinuousClock(),
    remark: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    precondition(Set(logins.map(\.host)).count == logins.count, "a host has one login")
    client = DistributionClient(
      connections: connections,
      authorizer: Authorizer(
        logins: logins, otherwise: otherwise, announced: written, connections: connections,
        clock: clock), notices: Notices(remark))
    reader = ImageReader(client: client, platform: platform)
  }

  /// Who a registry is told that we are, never what proves it; nil when nobody in particular.
  public func identity(for location: ImageLocation) async throws(Unknown) -> String? {
    try await client.authorizer.signIn(to: location.registry).identity(for: location)
  }

  public func inspect(_ reference: ImageReference) async -> Reading<ImageFacts> {
    switch await reader.manifest(reference) {
    case .absent: return .absent
    case .unknown(let unknown): return .unknown(unknown)
    case .found(let manifest):
      do throws(Unknown) {
        let images = try await reader.images(manifest, in: reference.location)
        return .found(images.facts(root: manifest.digest))
      } catch {
        return .unknown(error)
      }
    }
  }
}
