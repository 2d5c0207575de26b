public import Vocabulary

/// What the receipts of a whole fleet come to (invariant I2): proven is what every tenant was seen to be.
public struct FleetProof: Hashable, Sendable, Codable {
  /// Of every tenant that was asked, in their order.
  public let receipts: [Receipt]

  public init(_ receipts: [Receipt]) { self.receipts = receipts }

  /// An empty fleet proves nothing, and silence is worse than an answer that is wrong.
  public var conclusion: Conclusion {
    guard !receipts.isEmpty else { return .halted(.emptyFleet) }
    if receipts.allSatisfy(\.isProof) { return .proven }
    let isSilent = receipts.contains { receipt in
      switch receipt.finding {
      case .unreachable, .unconfirmed, .unidentified, .gone: true
      case .proven, .lying, .stale, .unhealthy, .unsettled: false
      }
    }
    return .halted(isSilent ? .unreachable : .settle)
  }
}
