/// One deployment of the service for one customer.
public struct Tenant: Hashable, Sendable, Codable {
  /// A fact about a tenant by which it can be selected: `ring=canary`.
  public struct Label: Hashable, Sendable, Codable, CustomStringConvertible {
    public let key: String
    public let value: String

    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }

    public var description: String { "\(key)=\(value)" }
  }

  public let slug: TenantSlug
  /// Where it answers `/buildinfo`.
  public let address: HTTPAddress
  public let labels: [Label]
  /// When a release may move it: inside an `allow` where there are any, and inside no `deny`. Nil, and never
  /// empty, when it always may.
  public let windows: [ReleaseWindow]?

  public init(
    slug: TenantSlug, address: HTTPAddress, labels: [Label] = [], windows: [ReleaseWindow]? = nil
  ) {
    self.slug = slug
    self.address = address
    self.labels = labels
    self.windows = windows
  }

  /// The same tenant with these windows.
  public func movable(in windows: [ReleaseWindow]?) -> Tenant {
    Tenant(slug: slug, address: address, labels: labels, windows: windows)
  }
}
