/// A word of the domain that is written as text and was checked when it was made.
///
/// Parsing happens once, at the edge; a value that exists is well-formed, so nothing inside checks it again.
/// Encodes as one plain string; decoding checks it like any other input.
public protocol ParsedText: Hashable, Comparable, Sendable, Codable, CustomStringConvertible,
  ExpressibleByStringLiteral
where StringLiteralType == StaticString {
  /// What a person would call this: `commit`, `tag`.
  static var noun: String { get }

  /// The rule, in words that finish the sentence "expected …".
  static var expectation: String { get }

  /// The normal form of `text`, or nil when `text` breaks the rule.
  static func normalized(_ text: String) -> String?

  /// The checked text in its normal form.
  var text: String { get }

  /// Wraps text that ``normalized(_:)`` has returned; call ``init(parsing:)`` instead.
  init(normalized text: String)
}

extension ParsedText {
  /// Checks `text` and keeps its normal form.
  /// - Throws: ``Malformed`` naming the rule and (shortened) what was found.
  public init(parsing text: String) throws(Malformed) {
    guard let normal = Self.normalized(text) else {
      throw Malformed(noun: Self.noun, expected: Self.expectation, found: text)
    }
    self.init(normalized: normal)
  }

  /// A value written in the source, for constants and tests; a malformed literal is a programmer's error.
  public init(stringLiteral literal: StaticString) {
    let text = literal.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
    guard let normal = Self.normalized(text) else {
      preconditionFailure("a \(Self.noun) written in the source is well-formed: \(text)")
    }
    self.init(normalized: normal)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do throws(Malformed) {
      try self.init(parsing: text)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  public var description: String { text }

  public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}
