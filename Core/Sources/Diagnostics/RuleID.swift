/// The stable name of a kind of finding: `settings/unknown-key`. Documentation and suppressions
/// refer to it.
public struct RuleID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  public let text: String

  public init(_ text: StaticString) {
    self.text = text.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
  }

  public init(from decoder: any Decoder) throws {
    text = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  public static func < (left: RuleID, right: RuleID) -> Bool { left.text < right.text }
  public var description: String { text }
}
