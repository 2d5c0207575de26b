/// Cuts Swift source into ``SwiftFile/Token``s, leaving out comments and string contents.
///
/// Enough of the language for the rules here: line and nested block comments, one-line, multi-line and raw
/// strings, code inside interpolations, and identifiers in backticks. Regex literals are taken for
/// punctuation.
struct Tokenizer {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var found: [SwiftFile.Token] = []

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func tokens() -> [SwiftFile.Token] {
    scanCode(untilClosingParenthesis: false)
    return found
  }

  /// Reads code to the end of the file, or over the parenthesis that closes an interpolation.
  private mutating func scanCode(untilClosingParenthesis inInterpolation: Bool) {
    var depth = 0
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"): skipLineComment()
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): skipBlockComment()
      case UInt8(ascii: "\""): skipString(pounds: 0)
      case UInt8(ascii: "#") where stringPounds() > 0: skipString(pounds: stringPounds())
      case UInt8(ascii: "`"): takeBackticks()
      case _ where isWord(byte): takeWord()
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"): advance()
      default:
        if byte == UInt8(ascii: "(") { depth += 1 }
        if byte == UInt8(ascii: ")") {
          if inInterpolation && depth == 0 { return advance() }
          depth -= 1
        }
        take(from: position, to: position + 1, at: line)
        advance()
      }
    }
  }

  private mutating func skipLineComment() {
    while let byte = peek(), byte != UInt8(ascii: "\n") { advance() }
  }

  private mutating func skipBlockComment() {
    var depth = 0
    repeat {
      if matches("/*") {
        depth += 1
        advance(2)
      } else if matches("*/") {
        depth -= 1
        advance(2)
      } else {
        advance()
      }
    } while depth > 0 && peek() != nil
  }

  /// Skips a literal that opens with `pounds` number signs; reads the code of its interpolations.
  private mutating func skipString(pounds: Int) {
    advance(pounds)
    let isMultiline = matches("\"\"\"")
    let quotes = isMultiline ? 3 : 1
    advance(quotes)
    while let byte = peek() {
      if byte == UInt8(ascii: "\\") && hasPounds(pounds, at: 1) {
        advance(1 + pounds)
        if peek() == UInt8(ascii: "(") {
          advance()
          scanCode(untilClosingParenthesis: true)
        } else {
          advance()
        }
      } else if closes(quotes: quotes, pounds: pounds) {
        return advance(quotes + pounds)
      } else if byte == UInt8(ascii: "\n") && !isMultiline {
        // Not valid Swift: a regex literal with a quote, most likely. One line is lost, no more.
        return
      } else {
        advance()
      }
    }
  }

  private mutating func takeBackticks() {
    let start = position
    advance()
    while let byte = peek(), byte != UInt8(ascii: "`"), byte != UInt8(ascii: "\n") { advance() }
    advance()
    take(from: start, to: min(position, bytes.count), at: line)
  }

  private mutating func takeWord() {
    let start = position
    while let byte = peek(), isWord(byte) { advance() }
    // `try!` is one thing; `try !condition` is two.
    let isTry = position - start == 3 && bytes[start..<position].elementsEqual("try".utf8)
    if isTry, peek() == UInt8(ascii: "!") { advance() }
    take(from: start, to: position, at: line)
  }

  private mutating func take(from start: Int, to end: Int, at line: Int) {
    found.append(.init(text: String(decoding: bytes[start..<end], as: UTF8.self), line: line))
  }

  private mutating func advance(_ count: Int = 1) {
    for _ in 0..<count where position < bytes.count {
      if bytes[position] == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
  }

  private func peek(_ offset: Int = 0) -> UInt8? {
    position + offset < bytes.count ? bytes[position + offset] : nil
  }

  private func matches(_ text: StaticString) -> Bool {
    (0..<text.utf8CodeUnitCount).allSatisfy { peek($0) == text.utf8Start[$0] }
  }

  private func hasPounds(_ count: Int, at offset: Int) -> Bool {
    (0..<count).allSatisfy { peek(offset + $0) == UInt8(ascii: "#") }
  }

  private func closes(quotes: Int, pounds: Int) -> Bool {
    (0..<quotes).allSatisfy { peek($0) == UInt8(ascii: "\"") } && hasPounds(pounds, at: quotes)
  }

  /// How many number signs stand here before a quote; 0 when they open no string (`#if`).
  private func stringPounds() -> Int {
    var count = 0
    while peek(count) == UInt8(ascii: "#") { count += 1 }
    return peek(count) == UInt8(ascii: "\"") ? count : 0
  }

  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}
