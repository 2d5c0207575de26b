public import Vocabulary

/// Why no complete answer came, and whether the request may nevertheless have been acted on.
public struct ExchangeFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// How far the request got. This decides whether a lost write is ambiguous.
  public enum Delivery: Hashable, Sendable {
    /// It certainly was not acted on: no connection came about, its body never left, or it was refused for
    /// want of a credential.
    case neverSent
    /// It was on its way and no answer came: it may have been acted on, or may still be.
    case possiblySent
    /// An answer with this status began and could not be read to its end.
    case answered(status: Int)
  }

  public let unknown: Unknown
  public let delivery: Delivery

  public init(_ unknown: Unknown, _ delivery: Delivery) {
    self.unknown = unknown
    self.delivery = delivery
  }

  public var description: String { unknown.description }
}
