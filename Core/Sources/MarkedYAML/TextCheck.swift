/// What is refused before a parser sees the text, because the parser would show it badly or would
/// need for ever. How deep a text may nest is libyaml's own limit, 1000.
enum TextCheck {
  /// Private-use characters that stand in for the first letter of an equal key while parsing.
  static let firstDisguise: UInt32 = 0xF0000
  private static let disguises: ClosedRange<UInt32> = 0xF0000...0xFFFFD

  static func problem(in text: String, limits: YAMLDocument.Limits) -> YAMLProblem? {
    guard text.utf8.count <= limits.bytesMax else {
      return .tooLarge(bytes: text.utf8.count, limit: limits.bytesMax)
    }
    if let problem = control(in: text) { return problem }
    return aliasKey(in: text)
  }

  /// A control character. Almost every text has none, so bytes are looked at first.
  private static func control(in text: String) -> YAMLProblem? {
    let isPlain = text.utf8.allSatisfy { byte in
      (byte >= 0x20 && byte != 0x7F && byte < 0xF3) || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
    guard !isPlain else { return nil }
    var (line, column) = (1, 0)
    for scalar in text.unicodeScalars {
      column += 1
      switch scalar.value {
      case 0x0A: (line, column) = (line + 1, 0)
      case 0x09, 0x0D: break
      case 0..<0x20, 0x7F, disguises:
        return .control(scalar, YAMLMark(line: line, column: column))
      default: break
      }
    }
    return nil
  }

  /// Keys made of aliases: a few of them, nested, make a key of billions of values, and the parser
  /// compares keys. Block scalars and comments are left out, since any sign may stand in them.
  private static func aliasKey(in text: String) -> YAMLProblem? {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return nil }
    var scan = StructureScan(bytes: Array(text.utf8))
    scan.run()
    guard scan.anchors >= 2, let line = scan.aliasKeyLine else { return nil }
    return .syntax(
      "an alias as part of a key is not read", YAMLMark(line: line, column: 1), context: nil)
  }
}

/// Goes over the lines of a YAML text without parsing it.
private struct StructureScan {
  let bytes: [UInt8]
  private(set) var anchors = 0
  private(set) var aliasKeyLine: Int?
  private var aliases = 0
  private var line = 0
  /// The indentation of the line whose block scalar is being skipped.
  private var blockIndent: Int?

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func run() {
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      line += 1
      visit(start, end)
      start = end + 1
    }
  }

  private mutating func visit(_ start: Int, _ end: Int) {
    var index = start
    while index < end, bytes[index] == 0x20 { index += 1 }
    if let indent = blockIndent {
      // A blank line belongs to the block.
      if index - start > indent || index >= end || bytes[index] == 0x0D { return }
      blockIndent = nil
    }
    let indent = index - start
    var quote: UInt8?
    var previous: UInt8 = 0x20
    var last: (byte: UInt8, before: UInt8) = (0x20, 0x20)
    while index < end {
      let byte = bytes[index]
      defer {
        previous = byte
        index += 1
      }
      if let open = quote {
        if byte == open { quote = nil }
        continue
      }
      let begins = previous <= 0x20 || "[{,".utf8.contains(previous)
      if byte == UInt8(ascii: "#"), previous <= 0x20 { break }
      if begins, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { quote = byte }
      note(byte, at: index, begins: begins)
      if byte > 0x20 { last = (byte, previous) }
    }
    // `|`, `>`, `|-`, `>2+` at the end of the line open a block scalar.
    let isHeader =
      "|>".utf8.contains(last.byte) && last.before <= 0x20
      || "+-0123456789".utf8.contains(last.byte) && "|>".utf8.contains(last.before)
    if isHeader { blockIndent = indent }
  }

  private mutating func note(_ byte: UInt8, at index: Int, begins: Bool) {
    switch byte {
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      if aliases > 0, next(after: index) == UInt8(ascii: ":") { noteAliasKey() }
    case UInt8(ascii: "?") where begins && next(after: index) == 0x20:
      if aliases > 0 || anchors > 0 { noteAliasKey() }
    case UInt8(ascii: "&") where begins: anchors += 1
    case UInt8(ascii: "*") where begins:
      aliases += 1
      var end = index + 1
      while end < bytes.count, bytes[end] > 0x20, bytes[end] != UInt8(ascii: ":") { end += 1 }
      if end < bytes.count, next(after: end - 1) == UInt8(ascii: ":") { noteAliasKey() }
    default: break
    }
  }

  private mutating func noteAliasKey() { if aliasKeyLine == nil { aliasKeyLine = line } }

  private func next(after index: Int) -> UInt8? {
    index + 1 < bytes.count ? bytes[index + 1] : nil
  }
}
