/// A tag of a repository: `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}` (distribution-spec, "Pulling manifests").
public struct TagName: ParsedText {
  public static let noun = "tag"
  public static let expectation =
    "a letter, digit or '_', then up to 127 letters, digits, '.', '_' or '-'"

  public let text: String

  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard (1...128).contains(text.utf8.count), let first = text.utf8.first,
      first.isLetter || first.isDigit || first == UInt8(ascii: "_")
    else { return nil }
    let isTag = text.utf8.dropFirst().allSatisfy {
      $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
        || $0 == UInt8(ascii: "-")
    }
    return isTag ? text : nil
  }
}
