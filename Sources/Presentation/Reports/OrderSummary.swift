public import Decisions
public import Vocabulary

/// A safety order as programs read it.
public struct OrderSummary: Encodable, Hashable, Sendable {
  public let by: ActorName
  public let reason: Reason
  public let since: String

  public init(_ order: Safety.Order) {
    by = order.by
    reason = order.reason
    since = order.since.description
  }

  var sentence: String { "\(reason) (\(by), \(since))" }
}
