/// `host`, `host:port` or `[v6]:port`, taken apart.
struct HostAndPort {
  let host: String
  let port: UInt16?

  init?(_ text: String) {
    guard (1...255).contains(text.utf8.count) else { return nil }
    let name: Substring
    let rest: Substring
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      name = text[text.index(after: text.startIndex)..<end]
      rest = text[text.index(after: end)...]
      guard name.utf8.contains(UInt8(ascii: ":")), name.utf8.allSatisfy(Self.isAddressByte) else {
        return nil
      }
    } else {
      let colon = text.firstIndex(of: ":") ?? text.endIndex
      name = text[..<colon]
      rest = text[colon...]
      guard Self.isHostName(name) else { return nil }
    }
    if rest.isEmpty {
      port = nil
    } else {
      guard rest.hasPrefix(":"), rest.dropFirst().utf8.allSatisfy(\.isDigit),
        let number = UInt16(rest.dropFirst()), number > 0
      else { return nil }
      port = number
    }
    host = name.lowercased()
  }

  var isLoopback: Bool { Self.isLoopback(host) }

  /// `localhost`, the 127.0.0.0/8 range and `::1`, compared whole.
  static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    guard host.utf8.starts(with: "127.".utf8) else { return false }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false)
    return octets.count == 4 && octets.allSatisfy { UInt8($0) != nil }
  }

  private static func isHostName(_ name: Substring) -> Bool {
    guard !name.isEmpty else { return false }
    return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      isLabel(label.lowercased())
    }
  }

  private static func isAddressByte(_ byte: UInt8) -> Bool {
    byte.isDigit || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
      || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
  }
}
