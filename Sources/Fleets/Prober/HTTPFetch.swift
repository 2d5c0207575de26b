public import Transport
public import Vocabulary

/// Fetches one page, for a prober. The one thing a prober needs from HTTP.
public protocol HTTPFetch: Sendable {
  /// A GET without credentials that follows no redirect.
  ///
  /// Ends within `timeMax` and keeps at most `bytesMax` bytes: a longer body is
  /// ``Unknown/Cause/tooLarge``. Any status is an answer; a failure means that none was received whole.
  func get(
    _ address: HTTPAddress, headers: [HTTPHeader], bytesMax: Int, timeMax: TimeSpan
  ) async -> Result<FetchedPage, Unknown>
}

/// What came back from one ``HTTPFetch``.
public struct FetchedPage: Hashable, Sendable {
  public let status: Int
  public let body: [UInt8]

  public init(status: Int, body: [UInt8]) {
    self.status = status
    self.body = body
  }
}
