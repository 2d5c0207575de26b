/// Why something could not be learnt. Unknown is never yes, and not absent (architecture.md, rule 4).
public struct Unknown: Error, Hashable, Sendable, Codable, CustomStringConvertible {
  /// A bounded set, so that it can be counted and decided on.
  public enum Cause: String, Hashable, Sendable, Codable, CaseIterable {
    /// Nobody answered: refused connection, no route, name not found, connection cut.
    case unreachable
    /// Somebody took longer than the time allowed.
    case timedOut
    /// The credential is missing or was not accepted (HTTP 401).
    case unauthorized
    /// The credential may not do this (HTTP 403).
    case forbidden
    /// Asked to slow down (HTTP 429).
    case rateLimited
    /// The other side failed (HTTP 5xx).
    case serverError
    /// The answer was not what the protocol allows: not JSON, wrong shape, wrong digest.
    case malformed
    /// The answer was larger than the limit for it.
    case tooLarge
    /// What was asked cannot be said of the things it was asked about.
    case unanswerable
    /// The address may not be connected to, by what pawl.yaml allows; nothing was sent.
    case disallowed
    /// What was asked about is there, and something that it consists of is proven not to be.
    case incomplete
  }

  public let cause: Cause
  /// One printable line for people: what was asked, and where. Never a raw answer, never a secret.
  public let detail: String

  public init(_ cause: Cause, _ detail: String) {
    self.cause = cause
    self.detail = printable(detail, charactersMax: 300)
  }

  public var description: String { "\(cause.rawValue): \(detail)" }

  /// Whether asking again later can help without anybody changing anything.
  public var mayPass: Bool {
    switch cause {
    case .unreachable, .timedOut, .rateLimited, .serverError: true
    case .unauthorized, .forbidden, .malformed, .tooLarge, .unanswerable, .disallowed, .incomplete:
      false
    }
  }
}
