/// One `${{ … }}` in a text.
struct Interpolation: Sendable {
  /// In bytes from the beginning of the text, braces included.
  let range: Range<Int>
  /// What stands between the braces.
  let text: String
  /// Nil when it is not understood.
  let expression: Expression?

  /// Those in `text`, in order. One that is not closed is none.
  static func all(in text: String) -> [Interpolation] {
    guard text.has("${{") else { return [] }
    let bytes = Array(text.utf8)
    var found: [Interpolation] = []
    var index = 0
    while let start = text.offset(of: "${{", from: index),
      let end = end(in: bytes, from: start + 3)
    {
      let inner = String(decoding: bytes[start + 3..<end], as: UTF8.self)
      found.append(
        Interpolation(
          range: start..<end + 2, text: inner.trimmed, expression: ExpressionParser.parse(inner)))
      index = end + 2
    }
    return found
  }

  /// The condition of an `if`, with or without braces.
  static func condition(_ text: String) -> Expression? {
    let inner = all(in: text)
    if let only = inner.first, inner.count == 1, only.range.count == text.trimmed.utf8.count {
      return only.expression
    }
    return inner.isEmpty ? ExpressionParser.parse(text) : nil
  }

  /// Where `}}` closes it; braces in quotes close nothing.
  static func end(in bytes: [UInt8], from start: Int) -> Int? {
    var isQuoted = false
    var index = start
    while index + 1 < bytes.count {
      if bytes[index] == UInt8(ascii: "'") { isQuoted.toggle() }
      if !isQuoted, bytes[index] == UInt8(ascii: "}"), bytes[index + 1] == UInt8(ascii: "}") {
        return index
      }
      index += 1
    }
    return nil
  }
}
