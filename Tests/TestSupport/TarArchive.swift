/// Writes a tar archive (POSIX ustar) in memory, deterministically: no time, no user, no order of
/// its own.
///
/// Names are written as they are given, so hostile ones (`../x`, `/x`) can be made too.
public struct TarArchive: Sendable {
  public enum Content: Sendable {
    case file([UInt8], mode: Int)
    case directory(mode: Int)
    case symbolicLink(to: String)
    case hardLink(to: String)
  }

  public private(set) var bytes: [UInt8] = []

  private static let block = 512

  public init() {}

  /// - Precondition: `path` and link targets are at most 100 bytes long.
  public mutating func add(_ path: String, _ content: Content) {
    switch content {
    case .file(let contents, let mode):
      addHeader(path, type: "0", mode: mode, size: contents.count, link: "")
      bytes += contents
      pad()
    case .directory(let mode):
      addHeader(path.hasSuffix("/") ? path : path + "/", type: "5", mode: mode, size: 0, link: "")
    case .symbolicLink(let target):
      addHeader(path, type: "2", mode: 0o777, size: 0, link: target)
    case .hardLink(let target):
      addHeader(path, type: "1", mode: 0o644, size: 0, link: target)
    }
  }

  /// Ends the archive; two empty blocks mark it.
  public mutating func finish() {
    bytes += [UInt8](repeating: 0, count: 2 * Self.block)
  }

  private mutating func addHeader(
    _ path: String, type: Character, mode: Int, size: Int, link: String
  ) {
    precondition(path.utf8.count <= 100 && link.utf8.count <= 100, "a fixture's paths are short")
    var header = [UInt8](repeating: 0, count: Self.block)
    func put(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
    }
    put(path, at: 0)
    put(Self.octal(mode, digits: 7), at: 100)
    put(Self.octal(0, digits: 7), at: 108)
    put(Self.octal(0, digits: 7), at: 116)
    put(Self.octal(size, digits: 11), at: 124)
    put(Self.octal(0, digits: 11), at: 136)
    put("        ", at: 148)
    put(String(type), at: 156)
    put(link, at: 157)
    put("ustar", at: 257)
    put("00", at: 263)
    let sum = header.reduce(0) { $0 + Int($1) }
    put(Self.octal(sum, digits: 6) + "\u{0}", at: 148)
    bytes += header
  }

  private mutating func pad() {
    let over = bytes.count % Self.block
    if over != 0 { bytes += [UInt8](repeating: 0, count: Self.block - over) }
  }

  private static func octal(_ number: Int, digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }
}
