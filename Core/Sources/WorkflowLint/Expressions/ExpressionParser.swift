/// Reads one expression. What it cannot read it answers with nil: the server has the last word.
struct ExpressionParser {
  /// How deep brackets may nest before it is given up.
  private static let depthMax = 100

  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  static func parse(_ text: some StringProtocol) -> Expression? {
    var parser = ExpressionParser(Array(text.utf8))
    guard let expression = parser.or() else { return nil }
    parser.skipSpace()
    return parser.index == parser.bytes.count ? expression : nil
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  // MARK: Operators, the weakest first

  private mutating func or() -> Expression? {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthMax, var left = and() else { return nil }
    while accept("||") {
      guard let right = and() else { return nil }
      left = .binary(.or, left, right)
    }
    return left
  }

  private mutating func and() -> Expression? {
    guard var left = comparison() else { return nil }
    while accept("&&") {
      guard let right = comparison() else { return nil }
      left = .binary(.and, left, right)
    }
    return left
  }

  private mutating func comparison() -> Expression? {
    guard var left = unary() else { return nil }
    while let sign = comparisonSign() {
      guard let right = unary() else { return nil }
      left = .binary(sign, left, right)
    }
    return left
  }

  private mutating func comparisonSign() -> Expression.Operator? {
    skipSpace()
    guard let byte = peek, "=!<>".utf8.contains(byte) else { return nil }
    return Self.comparisons.first { accept($0.rawValue) }
  }

  private static let comparisons: [Expression.Operator] = [
    .equal, .notEqual, .lessOrEqual, .greaterOrEqual, .less, .greater,
  ]

  private mutating func unary() -> Expression? {
    skipSpace()
    guard peek == UInt8(ascii: "!"), peek(1) != UInt8(ascii: "=") else { return postfix() }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthMax else { return nil }
    index += 1
    return unary().map { .not($0) }
  }

  // MARK: Operands

  private mutating func postfix() -> Expression? {
    guard var base = primary() else { return nil }
    while true {
      if accept(".") {
        skipSpace()
        if accept("*") {
          base = .star(base)
        } else {
          guard let name = word() else { return nil }
          base = .property(base, name)
        }
      } else if accept("[") {
        if accept("*") {
          base = .star(base)
        } else {
          guard let inner = or() else { return nil }
          base = .index(base, inner)
        }
        guard accept("]") else { return nil }
      } else {
        return base
      }
    }
  }

  private mutating func primary() -> Expression? {
    skipSpace()
    guard let byte = peek else { return nil }
    if byte == UInt8(ascii: "'") { return string() }
    if accept("(") {
      guard let inner = or(), accept(")") else { return nil }
      return inner
    }
    if isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") { return number() }
    guard let name = word() else { return nil }
    if accept("(") { return arguments().map { .call(name, $0) } }
    return ["true", "false", "null"].contains(name.lowercased()) ? .literal(name) : .name(name)
  }

  private mutating func arguments() -> [Expression]? {
    if accept(")") { return [] }
    var arguments: [Expression] = []
    repeat {
      guard let argument = or() else { return nil }
      arguments.append(argument)
    } while accept(",")
    return accept(")") ? arguments : nil
  }

  private mutating func string() -> Expression? {
    index += 1
    var text: [UInt8] = []
    while let byte = peek {
      index += 1
      guard byte == UInt8(ascii: "'") else {
        text.append(byte)
        continue
      }
      guard peek == UInt8(ascii: "'") else {
        return .string(String(decoding: text, as: UTF8.self))
      }
      text.append(byte)
      index += 1
    }
    return nil
  }

  private mutating func number() -> Expression? {
    let start = index
    index += 1
    while let byte = peek,
      isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: ".")
    { index += 1 }
    return .literal(String(decoding: bytes[start..<index], as: UTF8.self))
  }

  private mutating func word() -> String? {
    skipSpace()
    let start = index
    while let byte = peek,
      isLetter(byte) || isDigit(byte) && index > start
        || index > start && byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    { index += 1 }
    return index > start ? String(decoding: bytes[start..<index], as: UTF8.self) : nil
  }

  // MARK: Bytes

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }
  private func peek(_ ahead: Int) -> UInt8? {
    index + ahead < bytes.count ? bytes[index + ahead] : nil
  }

  private mutating func accept(_ sign: String) -> Bool {
    skipSpace()
    guard peek == sign.utf8.first, bytes[index...].starts(with: sign.utf8) else { return false }
    index += sign.utf8.count
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte <= 0x20 { index += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
  private func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }
}
