public import Capabilities
public import Vocabulary

/// A fleet whose census also says who is left out of it, and that is found anew each time where nobody lists
/// it.
public struct AccountedFleet: Fleet {
  /// Where the tenants are known from.
  public enum Source: Sendable {
    /// The driver was given the tenants that are listed and in scope; these are not.
    case listed(leftOut: [Census.LeftOut])
    /// The driver finds them; `account` says who is in the fleet.
    case discovered(
      any TenantDiscovery, account: @Sendable ([DiscoveredTenant]) -> Census)
  }

  private let driver: any Fleet
  private let source: Source
  private let images: KnownImages?

  /// - Parameter images: learns what is ordered; nil where nobody asks for it.
  public init(_ driver: any Fleet, _ source: Source, images: KnownImages? = nil) {
    self.driver = driver
    self.source = source
    self.images = images
  }

  public func census() async -> Reading<Census> {
    switch source {
    case .listed(let leftOut):
      await driver.census().map { Census($0.tenants, leftOut: $0.leftOut + leftOut) }
    case .discovered(let discovery, let account): await discovery.discover().map(account)
    }
  }

  public func observe(_ tenant: Tenant) async -> Observation { await driver.observe(tenant) }

  public func redeploy(
    _ order: Redeploy, token: FencingToken, effect: EffectID
  ) async -> RedeployResult {
    images?.learn(order.digest, of: order.commit)
    return await driver.redeploy(order, token: token, effect: effect)
  }
}
