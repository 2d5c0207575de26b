/// The full identity of a git commit: 40 hexadecimal digits (SHA-1) or 64 (SHA-256), lowercase.
///
/// Abbreviations are not commits: they are resolved once, where a person typed them, and compared never
/// (invariant I7).
public struct Commit: ParsedText {
  public static let noun = "commit"
  public static let expectation = "40 or 64 hexadecimal digits"

  public let text: String

  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    let lowercase = text.lowercased()
    return lowercase.isLowercaseHex(length: 40) || lowercase.isLowercaseHex(length: 64)
      ? lowercase : nil
  }

  /// The first twelve digits, for people only; git itself abbreviates the Linux kernel to twelve.
  public var short: String { String(text.prefix(12)) }
}
