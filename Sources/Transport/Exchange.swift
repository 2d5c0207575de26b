/// One try of a request and what came of it, for whoever wants to see what is exchanged. It holds no query,
/// no field and no body, so nothing secret.
public struct Exchange: Sendable {
  public enum End: Hashable, Sendable {
    case answered(status: Int)
    case failed
  }

  public let request: HTTPRequest
  public let end: End
  public let time: Duration
  /// Of the bodies, in bytes. What went to a sink counts too.
  public let sent: Int64
  public let received: Int64
}

/// Is told of every try when it has ended; it must not block.
public typealias Watch = @Sendable (Exchange) -> Void
