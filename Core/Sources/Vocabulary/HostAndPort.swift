/// `host`, `host:port` or `[v6]:port`, taken apart.
struct HostAndPort {
  let host: String
  let port: UInt16?

  init?(_ text: String) {
    guard (1...255).contains(text.utf8.count) else { return nil }
    let bytes = text.lowercased()[...].utf8
    let name: Substring.UTF8View
    let rest: Substring.UTF8View
    if bytes.first == UInt8(ascii: "[") {
      guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      name = bytes[..<end].dropFirst()
      rest = bytes[end...].dropFirst()
      guard name.contains(UInt8(ascii: ":")), name.allSatisfy(Self.isAddressByte) else {
        return nil
      }
    } else {
      name = bytes.prefix { $0 != UInt8(ascii: ":") }
      rest = bytes[name.endIndex...]
      guard Self.isHostName(name) else { return nil }
    }
    if rest.isEmpty {
      port = nil
    } else {
      let digits = rest.dropFirst()
      guard rest.first == UInt8(ascii: ":"), digits.allSatisfy(\.isDigit),
        let number = UInt16(Substring(digits)), number > 0
      else { return nil }
      port = number
    }
    host = String(Substring(name))
  }

  var isLoopback: Bool { Self.isLoopback(host) }

  /// `localhost`, the 127.0.0.0/8 range and `::1`, compared whole.
  static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    guard host.utf8.starts(with: "127.".utf8) else { return false }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false)
    return octets.count == 4 && octets.allSatisfy { UInt8($0) != nil }
  }

  private static func isHostName(_ name: Substring.UTF8View) -> Bool {
    name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy(isLabel)
  }

  private static func isAddressByte(_ byte: UInt8) -> Bool {
    byte.isLowercaseHex || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
  }
}
