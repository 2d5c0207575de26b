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
    // Cut at bytes: a list of tenants has tens of thousands of them.
    let bytes = text.utf8
    guard bytes.count <= bytesMax, let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      bytes[colon...].starts(with: "://".utf8)
    else { return nil }
    let scheme = text[..<colon].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let afterScheme = bytes[colon...].dropFirst("://".utf8.count)
    let written = afterScheme.prefix { $0 != UInt8(ascii: "/") }
    let authority = Substring(written).lowercased()
    var path = afterScheme[written.endIndex...]
    guard HostAndPort(authority) != nil, path.allSatisfy(isPathByte) else { return nil }
    while path.last == UInt8(ascii: "/") { path.removeLast() }
    return "\(scheme)://\(authority)\(Substring(path))"
  }

  public var isSecure: Bool { text.hasPrefix("https:") }

  /// `host` or `host:port`.
  public var authority: String { String(Substring(written)) }

  /// The host alone, lowercase, without brackets around an IPv6 address.
  public var host: String { String(Substring(hostWritten)) }

  /// The port that was written, or the scheme's own.
  public var port: UInt16 {
    // Behind the host comes its bracket, if it has one, and then the colon.
    let behind = written[hostWritten.endIndex...].drop { $0 != UInt8(ascii: ":") }.dropFirst()
    return UInt16(Substring(behind)) ?? (isSecure ? 443 : 80)
  }

  /// Whether the host is exactly this machine.
  public var isLoopback: Bool { HostAndPort.isLoopback(host) }

  /// Empty, or what begins with the slash behind the authority.
  public var path: Substring { text[written.endIndex...] }

  /// The same without its path.
  public var root: HTTPAddress { HTTPAddress(normalized: String(text[..<written.endIndex])) }

  // The text is in its normal form, and asked of for every request: these cut it at bytes.

  private var written: Substring.UTF8View {
    text.utf8.dropFirst(isSecure ? 8 : 7).prefix { $0 != UInt8(ascii: "/") }
  }

  private var hostWritten: Substring.UTF8View {
    guard written.first == UInt8(ascii: "[") else {
      return written.prefix { $0 != UInt8(ascii: ":") }
    }
    return written.dropFirst().prefix { $0 != UInt8(ascii: "]") }
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || "/-._~%".utf8.contains(byte)
  }
}
