public import Transport
public import Vocabulary

/// Fetches one page, for a prober. The one thing a prober needs from HTTP.
public protocol HTTPFetch: Sendable {
  /// Every address its host has, each of which may be another instance; empty where that does not matter.
  func instances(of address: HTTPAddress) async -> Result<[IPAddress], Unknown>

  /// A GET without credentials that follows no redirect.
  ///
  /// Ends within `timeMax`, or twice that where it was asked in two ways, and keeps at most `bytesMax` bytes:
  /// a longer body is ``Unknown/Cause/tooLarge``. Any status is an answer; a failure means that none was
  /// received whole.
  /// - Parameter instance: which of the host's addresses is asked; nil asks any of them.
  func get(
    _ address: HTTPAddress, at instance: IPAddress?, headers: [HTTPHeader], bytesMax: Int,
    timeMax: TimeSpan
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
