/// What one exchange may cost. Every call states them; there is no unlimited exchange.
public struct HTTPLimits: Sendable {
  /// How much of a successful answer is read; one byte more fails the exchange.
  public let bodyBytesMax: Int
  /// How long one try may take, from looking up the name to the last byte.
  public let attempt: Duration
  /// How long all tries and the pauses between them may take.
  public let total: Duration
  public let retry: RetryPolicy

  /// How much of a refusal's text is read. Error documents of registries and forges are a few
  /// hundred bytes.
  public static let refusalBytesMax = 64 * 1_024

  /// - Precondition: `total` is not shorter than `attempt`, and something may be read.
  public init(bodyBytesMax: Int, attempt: Duration, total: Duration, retry: RetryPolicy) {
    precondition(bodyBytesMax >= 0, "an answer has no negative length")
    precondition(attempt > .zero && attempt <= total, "one try fits into the time for all tries")
    self.bodyBytesMax = bodyBytesMax
    self.attempt = attempt
    self.total = total
    self.retry = retry
  }

  /// One try.
  public init(bodyBytesMax: Int, time: Duration) {
    self.init(bodyBytesMax: bodyBytesMax, attempt: time, total: time, retry: .none)
  }
}
