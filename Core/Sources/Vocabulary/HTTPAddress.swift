/// The root of something that answers HTTP: `https://reno-stars.example.com`, `http://127.0.0.1:8801`.
///
/// No credentials, no query and no fragment can be said: a secret never hides in an address.
public struct HTTPAddress: ParsedText {
  public static let noun = "web address"
  public static let expectation = "http:// or https://, a host, optionally a port and a path"

  public static let bytesMax = 2_000

  public let text: String

  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard text.utf8.count <= bytesMax, let separator = text.firstRange(of: "://") else {
      return nil
    }
    let scheme = text[..<separator.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let afterScheme = text[separator.upperBound...]
    let slash = afterScheme.firstIndex(of: "/") ?? afterScheme.endIndex
    let authority = afterScheme[..<slash].lowercased()
    var path = String(afterScheme[slash...])
    guard HostAndPort(authority) != nil, path.utf8.allSatisfy(isPathByte) else { return nil }
    while path.hasSuffix("/") { path.removeLast() }
    return "\(scheme)://\(authority)\(path)"
  }

  public var isSecure: Bool { text.hasPrefix("https:") }

  /// `host` or `host:port`.
  public var authority: String {
    let afterScheme = text.drop { $0 != "/" }.dropFirst(2)
    return String(afterScheme.prefix { $0 != "/" })
  }

  /// The host alone, lowercase, without brackets around an IPv6 address.
  public var host: String { HostAndPort(authority)?.host ?? authority }

  /// The port that was written, or the scheme's own.
  public var port: UInt16 { HostAndPort(authority)?.port ?? (isSecure ? 443 : 80) }

  /// Whether the host is exactly this machine.
  public var isLoopback: Bool { HostAndPort(authority)?.isLoopback ?? false }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || "/-._~%".utf8.contains(byte)
  }
}
