extension ShellParser {
  /// The word that begins here; nil when a sign or the end of the line does.
  ///
  /// - Parameter inTest: inside `[[ … ]]`, where only spaces end a word.
  mutating func word(inTest: Bool = false) -> ShellWord? {
    if let word = plainWord(inTest: inTest) { return word }
    let start = index
    var parts: [ShellWord.Part] = []
    var plain: [UInt8] = []
    while let byte = peek, byte > 0x20 {
      if byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">"), peek(1) == UInt8(ascii: "(") {
        flush(&plain, into: &parts)
        index += 2
        let list = list(until: [], closer: UInt8(ascii: ")"))
        takeParenthesis(openedAt: start)
        parts.append(.command(list, isQuoted: false))
        continue
      }
      if Self.isMeta(byte), !inTest || byte == UInt8(ascii: ";") {
        let before = index > start ? bytes[index - 1] : 0
        guard byte == UInt8(ascii: "(") else { break }
        if before == UInt8(ascii: "=") {
          // `declare -a names=(…)`
          flush(&plain, into: &parts)
          parts += array().parts
        } else if "?*+@!".utf8.contains(before) {
          extendedGlob(into: &plain)
        } else {
          break
        }
        continue
      }
      part(byte, into: &parts, &plain)
    }
    flush(&plain, into: &parts)
    guard index > start else { return nil }
    return ShellWord(parts: parts, offset: start, source: text(start..<index))
  }

  /// A word of nothing but letters that stand for themselves, as most are.
  private mutating func plainWord(inTest: Bool) -> ShellWord? {
    var end = index
    while end < limit, Self.isPlain(bytes[end]) { end += 1 }
    guard end > index else { return nil }
    if end < limit {
      switch bytes[end] {
      case 0...0x20, UInt8(ascii: ";"): break
      case UInt8(ascii: ")"), UInt8(ascii: "|"), UInt8(ascii: "&"): if inTest { return nil }
      default: return nil
      }
    }
    let text = text(index..<end)
    defer { index = end }
    return ShellWord(parts: [.text(text, isQuoted: false)], offset: index, source: text)
  }

  /// Whether a byte means nothing but itself in a word.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "$"),
      UInt8(ascii: "`"):
      false
    default: !isMeta(byte)
    }
  }

  private mutating func part(
    _ byte: UInt8, into parts: inout [ShellWord.Part], _ plain: inout [UInt8]
  ) {
    switch byte {
    case UInt8(ascii: "\\"):
      if peek(1) == 0x0A {
        index += 2
      } else {
        if let next = peek(1) { plain.append(next) }
        index += 2
        index = min(index, limit)
      }
    case UInt8(ascii: "'"):
      flush(&plain, into: &parts)
      singleQuoted(into: &parts)
    case UInt8(ascii: "\""):
      flush(&plain, into: &parts)
      let start = index
      index += 1
      quoted(until: UInt8(ascii: "\""), openedAt: start, into: &parts)
    case UInt8(ascii: "$"):
      if let part = dollar(isQuoted: false) {
        flush(&plain, into: &parts)
        parts += part
      } else {
        plain.append(byte)
        index += 1
      }
    case UInt8(ascii: "`"):
      flush(&plain, into: &parts)
      parts.append(backticks(isQuoted: false))
    default:
      plain.append(byte)
      index += 1
    }
  }

  private func flush(
    _ plain: inout [UInt8], into parts: inout [ShellWord.Part], isQuoted: Bool = false
  ) {
    guard !plain.isEmpty else { return }
    parts.append(.text(String(decoding: plain, as: UTF8.self), isQuoted: isQuoted))
    plain.removeAll(keepingCapacity: true)
  }

  // MARK: Quotes

  private mutating func singleQuoted(into parts: inout [ShellWord.Part]) {
    let start = index
    let isEscaped = start > 0 && bytes[start - 1] == UInt8(ascii: "$")
    index += 1
    var plain: [UInt8] = []
    while let byte = peek {
      if byte == UInt8(ascii: "'") {
        index += 1
        flush(&plain, into: &parts, isQuoted: true)
        if index - start == 2 { parts.append(.text("", isQuoted: true)) }
        return
      }
      // The runner puts expressions in before the shell sees the quotes.
      if let expression = expression() {
        flush(&plain, into: &parts, isQuoted: true)
        parts.append(expression)
        continue
      }
      if isEscaped, byte == UInt8(ascii: "\\"), let next = peek(1) {
        plain += [byte, next]
        index += 2
        continue
      }
      plain.append(byte)
      index += 1
    }
    fail("this ' is never closed", at: start)
  }

  /// The parts up to an unescaped `end`, which is taken; up to the limit for a heredoc.
  mutating func quoted(
    until end: UInt8?, openedAt start: Int, into parts: inout [ShellWord.Part]
  ) {
    var plain: [UInt8] = []
    let count = parts.count
    while let byte = peek {
      if byte == end {
        index += 1
        flush(&plain, into: &parts, isQuoted: true)
        if parts.count == count { parts.append(.text("", isQuoted: true)) }
        return
      }
      if byte != UInt8(ascii: "\\"), byte != UInt8(ascii: "$"), byte != UInt8(ascii: "`") {
        let from = index
        while index < limit, Self.isPlainInQuotes(bytes[index], end) { index += 1 }
        plain += bytes[from..<index]
      } else if byte == UInt8(ascii: "\\"), let next = peek(1) {
        if "$`\"\\".utf8.contains(next) {
          plain.append(next)
        } else if next != 0x0A {
          plain += [byte, next]
        }
        index += 2
      } else if byte == UInt8(ascii: "$"), let part = dollar(isQuoted: true) {
        flush(&plain, into: &parts, isQuoted: true)
        parts += part
      } else if byte == UInt8(ascii: "`") {
        flush(&plain, into: &parts, isQuoted: true)
        parts.append(backticks(isQuoted: true))
      } else {
        plain.append(byte)
        index += 1
      }
    }
    flush(&plain, into: &parts, isQuoted: true)
    if end != nil { fail("this \" is never closed", at: start) }
  }

  private static func isPlainInQuotes(_ byte: UInt8, _ end: UInt8?) -> Bool {
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "`"): false
    default: byte != end
    }
  }

  private mutating func extendedGlob(into plain: inout [UInt8]) {
    var open = 0
    while let byte = peek, byte != 0x0A {
      if byte == UInt8(ascii: "(") { open += 1 }
      if byte == UInt8(ascii: ")") { open -= 1 }
      plain.append(byte)
      index += 1
      if open == 0 { return }
    }
  }

  // MARK: What is put in

  /// `${{ … }}`, when it stands here.
  private mutating func expression() -> ShellWord.Part? {
    guard starts(with: "${{"), let end = Interpolation.end(in: bytes, from: index + 3), end < limit
    else { return nil }
    let inner = text(index + 3..<end).trimmed
    index = end + 2
    return .expression(inner)
  }

  /// What a `$` stands for; nil when it stands for itself.
  private mutating func dollar(isQuoted: Bool) -> [ShellWord.Part]? {
    if let expression = expression() { return [expression] }
    guard let next = peek(1) else { return nil }
    switch next {
    case UInt8(ascii: "("):
      if peek(2) == UInt8(ascii: "("), let end = arithmeticEnd(from: index + 3) {
        let inner = text(index + 3..<end - 2)
        index = end
        return [.arithmetic(inner)]
      }
      let start = index
      index += 2
      let list = list(until: [], closer: UInt8(ascii: ")"))
      takeParenthesis(openedAt: start)
      return [.command(list, isQuoted: isQuoted)]
    case UInt8(ascii: "{"): return braces(isQuoted: isQuoted)
    case UInt8(ascii: "'") where !isQuoted, UInt8(ascii: "\"") where !isQuoted:
      index += 1
      return []
    default:
      var end = index + 1
      while end < limit, Self.isNameByte(bytes[end], first: end == index + 1) { end += 1 }
      if end == index + 1 {
        guard "?@*#$!-0123456789".utf8.contains(next) else { return nil }
        end += 1
      }
      let name = text(index + 1..<end)
      index = end
      return [.variable(name, rest: "", isQuoted: isQuoted)]
    }
  }

  private mutating func takeParenthesis(openedAt start: Int) {
    guard problem == nil else { return }
    guard peek == UInt8(ascii: ")") else {
      fail("this '(' is never closed", at: start)
      return
    }
    index += 1
  }

  /// `${name…}`
  private mutating func braces(isQuoted: Bool) -> [ShellWord.Part] {
    let start = index
    guard let end = braceEnd(from: index + 2, isQuoted: isQuoted) else {
      fail("this '${' is never closed", at: start)
      return []
    }
    var from = index + 2
    // `${#name}` is a length, `${!name}` a reference.
    if from < end, "#!".utf8.contains(bytes[from]), from + 1 < end { from += 1 }
    var nameEnd = from
    while nameEnd < end, Self.isNameByte(bytes[nameEnd], first: nameEnd == from) { nameEnd += 1 }
    if nameEnd == from, from < end { nameEnd += 1 }
    let rest = text(nameEnd..<end)
    var parts: [ShellWord.Part] = [
      .variable(text(from..<nameEnd), rest: rest, isQuoted: isQuoted)
    ]
    if rest.has("$(") || rest.has("`") { parts += substitutions(nameEnd..<end) }
    index = end + 1
    return parts
  }

  private mutating func substitutions(_ range: Range<Int>) -> [ShellWord.Part] {
    guard enter() else { return [] }
    defer { depth -= 1 }
    let (savedIndex, savedLimit) = (index, limit)
    (index, limit) = (range.lowerBound, range.upperBound)
    var parts: [ShellWord.Part] = []
    quoted(until: nil, openedAt: index, into: &parts)
    (index, limit) = (savedIndex, savedLimit)
    return parts.filter { if case .command = $0 { true } else { false } }
  }

  private func braceEnd(from start: Int, isQuoted: Bool) -> Int? {
    var index = start
    var open = 1
    var quote: UInt8?
    while index < limit {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\\") {
        index += 2
        continue
      }
      if let sign = quote {
        if byte == sign { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") && !isQuoted {
        quote = byte
      } else if byte == UInt8(ascii: "{"), bytes[index - 1] == UInt8(ascii: "$") {
        open += 1
      } else if byte == UInt8(ascii: "}") {
        open -= 1
        if open == 0 { return index }
      }
      index += 1
    }
    return nil
  }

  private mutating func backticks(isQuoted: Bool) -> ShellWord.Part {
    let start = index
    var end = start + 1
    while end < limit, bytes[end] != UInt8(ascii: "`") {
      end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard end < limit else {
      fail("this ` is never closed", at: start)
      return .text("", isQuoted: isQuoted)
    }
    let savedLimit = limit
    (index, limit) = (start + 1, end)
    let inner = list(until: [])
    (index, limit) = (problem == nil ? end + 1 : savedLimit, savedLimit)
    return .command(inner, isQuoted: isQuoted)
  }

  /// Behind the `))` that closes an arithmetic whose text begins at `start`; nil when it is not one,
  /// as in `$( (a) )`.
  func arithmeticEnd(from start: Int) -> Int? {
    var index = start
    var open = 2
    while index < limit {
      switch bytes[index] {
      case UInt8(ascii: "("): open += 1
      case UInt8(ascii: ")"):
        open -= 1
        if open == 1 {
          return index + 1 < limit && bytes[index + 1] == UInt8(ascii: ")") ? index + 2 : nil
        }
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ";"):
        // `for ((i = 0; i < n; i++))` has semicolons; a quoted word or a comment has none of these.
        if bytes[index] != UInt8(ascii: ";") { return nil }
      default: break
      }
      index += 1
    }
    return nil
  }
}
