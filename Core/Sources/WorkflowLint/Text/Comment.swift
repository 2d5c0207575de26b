/// What stands behind a `#`, in YAML or in the shell of a block: directives are read from both.
struct Comment: Sendable {
  let line: Int
  /// Of the `#`, from 1.
  let column: Int
  /// Without the `#` and the spaces around.
  let text: Substring
  /// Whether nothing but the comment stands on its line.
  let isAlone: Bool

  /// - Parameter lines: Where each line of `text` begins and ends, in bytes.
  static func all(in text: String, lines: [Range<Int>]) -> [Int: Comment] {
    var comments: [Int: Comment] = [:]
    var bytes = text
    for (number, line) in zip(1..., lines) {
      guard let (sign, isAlone) = bytes.withUTF8({ sign(in: $0[line]) }) else { continue }
      comments[number] = Comment(
        line: number, column: text.bytes(line.lowerBound..<sign).unicodeScalars.count + 1,
        text: text.bytes(sign + 1..<line.upperBound).trimmed, isAlone: isAlone)
    }
    return comments
  }

  /// Where the `#` of a comment stands, and whether nothing stands before it.
  private static func sign(in line: Slice<UnsafeBufferPointer<UInt8>>) -> (Int, Bool)? {
    guard line.contains(UInt8(ascii: "#")) else { return nil }
    var quote: UInt8?
    var previous: UInt8 = 0x20
    var isAlone = true
    for index in line.indices {
      let byte = line[index]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "#"), previous == 0x20 || previous == 0x09 {
        return (index, isAlone)
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"),
        previous != UInt8(ascii: "\\")
      {
        // An apostrophe inside a word (`don't`) opens nothing.
        if byte == UInt8(ascii: "\"") || !isWord(previous) { quote = byte }
      }
      if byte > 0x20 { isAlone = false }
      previous = byte
    }
    return nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }
}
