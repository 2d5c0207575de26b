public import Vocabulary

/// Knows which control plane is production's. A release that speaks to any other is a mistake until
/// somebody has said that it is meant: a wrong address would otherwise prove the wrong fleet.
public struct ProductionGuard: Hashable, Sendable {
  public let production: HTTPAddress

  public init(production: HTTPAddress) { self.production = production }

  /// Whether another address than production's was asked for in so many words.
  public enum Permission: Hashable, Sendable {
    case productionOnly
    case anyAddress
  }

  /// Why `address` may not be spoken to, or nil.
  public func objection(to address: HTTPAddress, _ permission: Permission) -> String? {
    guard permission == .productionOnly, address != production else { return nil }
    return "expected production's control plane \(production), found \(address)"
  }
}
