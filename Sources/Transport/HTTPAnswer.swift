public import Vocabulary

/// A complete answer, whatever its status: what a status means is for the adapter to say.
public struct HTTPAnswer: Sendable {
  public let status: Int
  public let headers: [HTTPHeader]
  /// Empty when the bytes went to a sink instead.
  public let body: [UInt8]
  /// False when a refusal came with more text than is read of one (``HTTPLimits/refusalBytesMax``);
  /// ``body`` is then empty.
  public let isBodyWhole: Bool

  public init(status: Int, headers: [HTTPHeader], body: [UInt8], isBodyWhole: Bool = true) {
    self.status = status
    self.headers = headers
    self.body = body
    self.isBodyWhole = isBodyWhole
  }

  public var isSuccess: Bool { (200..<300).contains(status) }

  /// Whether it points elsewhere with a `Location` and expects the same method there.
  public var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }

  /// The values of the field called `name`, in order; case does not matter.
  public func values(of name: String) -> [String] {
    headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }

  /// Why this answer brought nothing, for an adapter that has no better word for its status.
  public func unknown(to request: HTTPRequest) -> Unknown {
    Unknown(
      Unknown.Cause(status: status), "\(request) was answered \(status)\(Self.advice(status))")
  }

  private static func advice(_ status: Int) -> String {
    switch status {
    case 300..<400: ", a redirect, and redirects are not followed here"
    case 401: ": no credential was accepted"
    case 403: ": the credential may not do this"
    case 429: ": too many requests, try again later"
    default: ""
    }
  }
}

extension Unknown.Cause {
  /// What an unwanted HTTP status says (RFC 9110, 15). One that only tells of a misunderstanding,
  /// such as 400 or an unasked-for 302, is ``malformed``.
  public init(status: Int) {
    self =
      switch status {
      case 401, 407: .unauthorized
      case 403: .forbidden
      case 408: .timedOut
      case 429: .rateLimited
      case 500..<600: .serverError
      default: .malformed
      }
  }
}
