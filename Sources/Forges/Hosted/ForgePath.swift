import Transport
import Vocabulary

/// The path and query of one request to a forge's API, every piece escaped.
struct ForgePath: Sendable {
  private var path = ""
  private var query: [(name: String, value: String)] = []

  /// Each segment is escaped whole, a `/` in it included.
  init(_ segments: String...) { path = segments.map { "/" + Self.escaped($0) }.joined() }

  func adding(_ segments: String...) -> ForgePath {
    var other = self
    other.path += segments.map { "/" + Self.escaped($0) }.joined()
    return other
  }

  func with(_ name: String, _ value: some CustomStringConvertible) -> ForgePath {
    var other = self
    other.query.append((name, value.description))
    return other
  }

  var target: RequestTarget {
    let pairs = query.map { "\(Self.escaped($0.name))=\(Self.escaped($0.value))" }
    let text = path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    guard let target = RequestTarget(text) else {
      preconditionFailure("an escaped path within its bounds is a request target")
    }
    return target
  }

  /// Everything but RFC 3986's unreserved characters as `%XX`.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      case _ where "-._~".utf8.contains(byte):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        escaped += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
      }
    }
    return escaped
  }
}
