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

  public init(slug: TenantSlug, address: HTTPAddress, labels: [Label] = []) {
    self.slug = slug
    self.address = address
    self.labels = labels
  }
}
