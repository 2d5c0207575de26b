/// What stands behind a `#`, in YAML or in the shell of a block: directives are read from both.
struct Comment: Sendable {
  let line: Int
  /// Of the `#`, from 1.
  let column: Int
  /// Without the `#` and the spaces around.
  let text: Substring
  /// Whether nothing but the comment stands on its line.
  let isAlone: Bool

  static func all(in lines: [Substring]) -> [Int: Comment] {
    var comments: [Int: Comment] = [:]
    for (number, line) in zip(1..., lines) where line.utf8.contains(UInt8(ascii: "#")) {
      if let comment = comment(on: line, number: number) { comments[number] = comment }
    }
    return comments
  }

  private static func comment(on line: Substring, number: Int) -> Comment? {
    var quote: UInt8?
    var previous: UInt8 = 0x20
    var isAlone = true
    var index = line.utf8.startIndex
    while index < line.utf8.endIndex {
      let byte = line.utf8[index]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "#"), previous == 0x20 || previous == 0x09 {
        let text = line[line.utf8.index(after: index)...].trimmed
        let column = line[..<index].unicodeScalars.count + 1
        return Comment(line: number, column: column, text: text, isAlone: isAlone)
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"),
        previous != UInt8(ascii: "\\")
      {
        // An apostrophe inside a word (`don't`) opens nothing.
        if byte == UInt8(ascii: "\"") || !isWord(previous) { quote = byte }
      }
      if byte > 0x20 { isAlone = false }
      previous = byte
      index = line.utf8.index(after: index)
    }
    return nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }
}
