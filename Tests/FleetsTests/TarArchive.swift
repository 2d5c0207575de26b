/// A tar archive written entry by entry, also one that no honest program would write (POSIX ustar).
struct TarArchive {
  private(set) var bytes: [UInt8] = []

  /// The type flags of ustar headers.
  enum Kind: Character {
    case file = "0"
    case link = "2"
    case device = "3"
    case folder = "5"
  }

  mutating func file(_ name: String, _ content: [UInt8], mode: Int = 0o644) {
    add(.file, name, mode: mode, size: content.count)
    bytes += content + padding(after: content.count)
  }

  mutating func file(_ name: String, _ content: String = "", mode: Int = 0o644) {
    file(name, Array(content.utf8), mode: mode)
  }

  mutating func folder(_ name: String, mode: Int = 0o755) { add(.folder, name, mode: mode) }
  mutating func link(_ name: String, to target: String) { add(.link, name, target: target) }
  mutating func device(_ name: String) { add(.device, name, mode: 0o666) }

  /// The whole archive, with the two empty blocks that end one.
  var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1_024) }

  private mutating func add(
    _ kind: Kind, _ name: String, mode: Int = 0o777, size: Int = 0, target: String = ""
  ) {
    var header = text(name, 100) + octal(mode, 8) + octal(0, 8) + octal(0, 8)
    header += octal(size, 12) + octal(0, 12) + Array("        ".utf8)
    header += Array(String(kind.rawValue).utf8) + text(target, 100) + text("ustar", 6)
    header += Array("00".utf8)
    header += [UInt8](repeating: 0, count: 512 - header.count)
    let sum = header.reduce(0) { $0 + Int($1) }
    header.replaceSubrange(148..<156, with: octal(sum, 7) + [0x20])
    bytes += header
  }

  private func text(_ text: String, _ width: Int) -> [UInt8] {
    Array(text.utf8) + [UInt8](repeating: 0, count: width - text.utf8.count)
  }

  private func octal(_ number: Int, _ width: Int) -> [UInt8] {
    let digits = String(number, radix: 8)
    return Array((String(repeating: "0", count: width - 1 - digits.count) + digits).utf8) + [0]
  }

  private func padding(after count: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: (512 - count % 512) % 512)
  }
}
