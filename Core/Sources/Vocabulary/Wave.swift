/// The tenants that are moved together: first the canary, then batch after batch.
public struct Wave: Hashable, Sendable, Codable {
  public enum Name: Hashable, Sendable, Codable, CustomStringConvertible {
    case canary
    /// Numbered from 1.
    case batch(Int)

    public var description: String {
      switch self {
      case .canary: "canary"
      case .batch(let number): "batch-\(number)"
      }
    }
  }

  public let name: Name
  public let tenants: [TenantSlug]

  public init(name: Name, tenants: [TenantSlug]) {
    self.name = name
    self.tenants = tenants
  }
}
