/// Reads shell text as bash and POSIX shells do, as far as a lint needs it: lists, pipelines, compound
/// commands, words with their substitutions, redirections and heredocs. Aliases are not expanded, and
/// nothing is run.
///
/// `${{ … }}` is kept as a part of a word, since the runner replaces it before any shell looks.
struct ShellParser {
  /// How deep commands may nest before the rest is left unread: no problem is claimed, and it is noted where.
  static let depthMax = 60
  private static let terminators = ["then", "do", "fi", "done", "esac", "else", "elif", "}"]

  let bytes: [UInt8]
  var index = 0
  var limit: Int
  var problem: ShellScript.Problem?
  var depth = 0
  /// Where the text goes on behind the heredocs that begin on a line, by the offset of its end.
  var heredocEnds: [Int: Int] = [:]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    limit = bytes.count
  }

  mutating func script() -> ShellScript {
    let statements = list(until: [])
    if problem == nil, index < limit {
      fail("unexpected '\(shown(at: index))'", at: index)
    }
    return ShellScript(statements: statements, problem: problem, unread: unread)
  }

  /// Notes the first problem and stops reading.
  mutating func fail(_ message: String, at offset: Int) {
    if problem == nil, unread == nil {
      problem = ShellScript.Problem(message: message, offset: offset)
    }
    index = limit
  }

  /// Where it was given up.
  private(set) var unread: Int?

  mutating func enter() -> Bool {
    depth += 1
    guard depth <= Self.depthMax else {
      unread = unread ?? index
      index = limit
      return false
    }
    return true
  }

  // MARK: Lists

  /// Commands up to one of `words` in the place of a command, or `closer`; neither is taken.
  mutating func list(until words: [String], closer: UInt8? = nil) -> ShellList {
    guard enter() else { return ShellList() }
    defer { depth -= 1 }
    var list = ShellList()
    while true {
      skipBlank(newlines: true)
      guard let byte = peek else { return list }
      if let closer, byte == closer { return list }
      if byte == UInt8(ascii: ")") { return list }
      if byte == UInt8(ascii: ";") {
        // `;;` and `;&` end an arm of a case; a lone `;` here ends nothing, and bash refuses it.
        if peek(1) == byte || peek(1) == UInt8(ascii: "&") { return list }
        index += 1
        continue
      }
      if let word = reservedWord() {
        if words.contains(word) { return list }
        if Self.terminators.contains(word) {
          fail("unexpected '\(word)'", at: index)
          return list
        }
      }
      let before = index
      let chain = chain()
      list.chains.append(chain)
      // Whatever cannot begin a command must not keep the loop going.
      if index == before {
        fail("unexpected '\(shown(at: index))'", at: index)
        return list
      }
    }
  }

  private mutating func chain() -> ShellList.Chain {
    var chain = ShellList.Chain(first: pipeline())
    while true {
      skipBlank(newlines: false)
      let joint: ShellList.Chain.Joint
      if starts(with: "&&") {
        joint = .and
      } else if starts(with: "||") {
        joint = .or
      } else {
        break
      }
      let at = index
      index += 2
      skipBlank(newlines: true)
      let next = pipeline()
      if next.commands.isEmpty { fail("nothing follows '\(joint == .and ? "&&" : "||")'", at: at) }
      chain.rest.append((joint, next))
    }
    if peek == UInt8(ascii: "&"), peek(1) != UInt8(ascii: "&"), peek(1) != UInt8(ascii: ">") {
      chain.isBackground = true
      index += 1
    } else if peek == UInt8(ascii: ";"), peek(1) != UInt8(ascii: ";"), peek(1) != UInt8(ascii: "&")
    {
      index += 1
    }
    return chain
  }

  private mutating func pipeline() -> ShellList.Pipeline {
    var pipeline = ShellList.Pipeline()
    skipBlank(newlines: false)
    while let word = reservedWord(), word == "!" || word == "time" {
      if word == "!" { pipeline.isNegated.toggle() }
      index += word.utf8.count
      skipBlank(newlines: false)
      if word == "time", starts(with: "-p ") { index += 2 }
      skipBlank(newlines: false)
    }
    while true {
      guard let command = command() else { break }
      pipeline.commands.append(command)
      skipBlank(newlines: false)
      guard peek == UInt8(ascii: "|"), peek(1) != UInt8(ascii: "|") else { break }
      let at = index
      index += peek(1) == UInt8(ascii: "&") ? 2 : 1
      skipBlank(newlines: true)
      let count = index
      if peek == nil || peek == UInt8(ascii: ")") { fail("nothing follows '|'", at: at) }
      if index != count { break }
    }
    return pipeline
  }

  // MARK: Bytes

  var peek: UInt8? { index < limit ? bytes[index] : nil }
  func peek(_ ahead: Int) -> UInt8? { index + ahead < limit ? bytes[index + ahead] : nil }

  func starts(with sign: StaticString) -> Bool {
    guard index + sign.utf8CodeUnitCount <= limit else { return false }
    return sign.withUTF8Buffer { sign in
      for offset in 0..<sign.count where bytes[index + offset] != sign[offset] { return false }
      return true
    }
  }

  func text(_ range: Range<Int>) -> String {
    bytes.withUnsafeBufferPointer {
      String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self)
    }
  }

  private func shown(at offset: Int) -> String {
    var end = offset
    while end < limit, bytes[end] > 0x20, end - offset < 20 { end += 1 }
    return text(offset..<max(end, min(offset + 1, limit)))
  }

  /// Skips spaces, continued lines and comments; line ends too, if they mean nothing here.
  mutating func skipBlank(newlines: Bool) {
    while let byte = peek {
      if byte == 0x20 || byte == 0x09 || byte == 0x0D {
        index += 1
      } else if byte == UInt8(ascii: "\\"), peek(1) == 0x0A {
        index += 2
      } else if byte == UInt8(ascii: "\\"), peek(1) == 0x0D, peek(2) == 0x0A {
        index += 3
      } else if byte == UInt8(ascii: "#") {
        while let next = peek, next != 0x0A { _ = next; index += 1 }
      } else if newlines, byte == 0x0A {
        takeNewline()
      } else {
        return
      }
    }
  }

  mutating func takeNewline() { index = heredocEnds[index] ?? index + 1 }

  /// The word that stands here, when it is one that has a meaning in the place of a command.
  func reservedWord() -> String? {
    var end = index
    while end < limit, end - index < 10, Self.isReservedByte(bytes[end]) { end += 1 }
    guard end > index, end >= limit || Self.isDelimiter(bytes[end]) else { return nil }
    guard end - index <= 8 else { return nil }
    var key: UInt64 = 0
    for byte in bytes[index..<end] { key = key << 8 | UInt64(byte) }
    return Self.reserved.first { $0.key == key }?.word
  }

  /// Each with its bytes as one number, which is compared sooner than a text.
  private static let reserved = [
    "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "{",
    "}", "!", "[[", "function", "select", "time", "coproc",
  ].map { word in (key: word.utf8.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }, word: word) }

  private static func isReservedByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "{"), UInt8(ascii: "}"),
      UInt8(ascii: "!"), UInt8(ascii: "["):
      true
    default: false
    }
  }

  static func isDelimiter(_ byte: UInt8) -> Bool { byte <= 0x20 || isMeta(byte) }

  static func isMeta(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "<"),
      UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"):
      true
    default: false
    }
  }

  static func isNameByte(_ byte: UInt8, first: Bool) -> Bool {
    byte == UInt8(ascii: "_") || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
      || !first && UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }
}
