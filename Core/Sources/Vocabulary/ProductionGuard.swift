/// Which control plane is production's, and which one moves the fleet. A wrong address would otherwise prove
/// the wrong fleet, and move the channels by that proof.
public struct ProductionGuard: Hashable, Sendable, Codable {
  /// Production's.
  public let production: HTTPAddress
  /// The one that is spoken to.
  public let address: HTTPAddress

  public init(production: HTTPAddress, address: HTTPAddress) {
    self.production = production
    self.address = address
  }
}
