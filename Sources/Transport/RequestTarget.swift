/// The path and query that follow an address: `/v2/acme/platform/manifests/latest?n=1` (RFC 9112,
/// 3.2.1).
///
/// Prints without its query, because the query of a signed link is a credential.
public struct RequestTarget: Hashable, Sendable, CustomStringConvertible {
  /// As it is sent.
  public let text: String

  /// Longer than any link an object store signs, shorter than what servers refuse.
  public static let bytesMax = 8_000

  /// Nil unless `text` starts with `/` and holds only what may stand in a path and a query
  /// unescaped.
  public init?(_ text: String) {
    guard text.hasPrefix("/"), text.utf8.count <= Self.bytesMax,
      text.utf8.allSatisfy(Self.isAllowed)
    else { return nil }
    self.text = text
  }

  /// A target written in the source; a malformed one is a programmer's error.
  public init(literal: StaticString) {
    let text = literal.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
    guard let target = RequestTarget(text) else {
      preconditionFailure("a target written in the source is well-formed: \(text)")
    }
    self = target
  }

  /// The part before the query.
  public var path: String { String(text.prefix { $0 != "?" }) }

  public var description: String { text.contains("?") ? path + "?…" : path }

  /// Unreserved, sub-delimiters, and `/ : @ % ?` (RFC 3986, 3.3 and 3.4).
  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default:
      "-._~!$&'()*+,;=/:@%?".utf8.contains(byte)
    }
  }
}
