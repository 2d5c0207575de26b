import Diagnostics

// What is refused before a YAML parser sees the text, because the parser would show it badly, or
// would need for ever.

extension FindingLog {
  /// The largest text that is read, in bytes.
  static let textBytesMax = 1 << 20

  /// Reports what makes `text` unfit for parsing; false when there is such a thing.
  mutating func admits(_ text: String) -> Bool {
    guard text.utf8.count <= Self.textBytesMax else {
      report(
        .error, .tooLarge, at: place(line: 1, column: 1),
        "expected at most \(Self.textBytesMax) bytes, found \(text.utf8.count)")
      return false
    }
    refuseHiddenCharacters(in: text)
    refuseAliasesInKeys(in: text)
    return !hasErrors
  }

  /// Control characters, and those that make a text read otherwise than it is written ("Trojan
  /// Source", CVE-2021-42574).
  private mutating func refuseHiddenCharacters(in text: String) {
    var (line, column) = (1, 0)
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      // A carriage return is part of a line's end, or a character that hides what stands before it.
      if previous == "\r", scalar != "\n" { reportHidden("\r", line, column) }
      if previous == "\n" { (line, column) = (line + 1, 0) }
      column += 1
      if isHidden(scalar), !(scalar == "\u{FEFF}" && previous == nil) {
        reportHidden(scalar, line, column)
      }
      previous = scalar
    }
    if previous == "\r" { reportHidden("\r", line, column) }
  }

  private mutating func reportHidden(_ scalar: Unicode.Scalar, _ line: Int, _ column: Int) {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let code = String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    report(
      .error, .syntax, at: place(line: line, column: column),
      "expected text a person can see, found the hidden character U+\(code)", hint: "delete it")
  }

  /// An alias inside a key: a few of them, nested, make a key of billions of values, and the parser
  /// compares keys. Aliases in values are counted instead, where they are followed.
  private mutating func refuseAliasesInKeys(in text: String) {
    let bytes = Array(text.utf8)
    let aliases = bytes.indices.filter { index in
      bytes[index] == UInt8(ascii: "*") && index + 1 < bytes.count && isAnchorByte(bytes[index + 1])
    }
    guard !aliases.isEmpty else { return }
    let complexKey =
      bytes.indices.first { isExplicitKey(bytes, $0) || isCollectionKey(bytes, $0) }
      ?? aliases.first { isAliasKey(bytes, $0) }
    guard let index = complexKey else { return }
    let lineStart = bytes[..<index].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    report(
      .error, .syntax,
      at: place(
        line: bytes[..<index].count { $0 == UInt8(ascii: "\n") } + 1,
        column: String(decoding: bytes[lineStart..<index], as: UTF8.self).unicodeScalars.count + 1),
      "expected a plain word as key where aliases ('*name') are used",
      hint: "write the key out, or quote the text if none is meant")
  }
}

private func isHidden(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x09, 0x0A, 0x0D: false
  case 0..<0x20, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
  // Used to tell equal keys apart while parsing, see YAMLDocument.
  case 0xF0000...0xFFFFD: true
  default: false
  }
}

private func isAnchorByte(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
}

private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

/// `? ` where a value can begin.
private func isExplicitKey(_ bytes: [UInt8], _ index: Int) -> Bool {
  guard bytes[index] == UInt8(ascii: "?") else { return false }
  return index == 0 || bytes[index - 1] <= 0x20 || "[{,".utf8.contains(bytes[index - 1])
}

/// `]:` or `}:`, with or without space between.
private func isCollectionKey(_ bytes: [UInt8], _ index: Int) -> Bool {
  guard bytes[index] == UInt8(ascii: "]") || bytes[index] == UInt8(ascii: "}") else { return false }
  return bytes[(index + 1)...].first { !isSpace($0) } == UInt8(ascii: ":")
}

/// `*name:`, with or without space between.
private func isAliasKey(_ bytes: [UInt8], _ index: Int) -> Bool {
  bytes[(index + 1)...].drop(while: isAnchorByte).first { !isSpace($0) } == UInt8(ascii: ":")
}
