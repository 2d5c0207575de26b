/// The name of an Actions variable: `PROD_AUTO_DEPLOY_DISABLED`. Forges keep them in capitals.
public struct VariableName: ParsedText {
  public static let noun = "variable name"
  public static let expectation =
    "letters, digits and underscores, not beginning with a digit, 100 characters at most"
  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    let capitals = text.uppercased()
    guard (1...100).contains(capitals.utf8.count), capitals.utf8.first?.isDigit == false,
      capitals.utf8.allSatisfy({ $0.isUppercase || $0.isDigit || $0 == UInt8(ascii: "_") })
    else { return nil }
    return capitals
  }
}

/// Where an Actions variable may be set. A job sees the repository's before the organisation's.
public enum VariableLevel: String, Hashable, Sendable, Codable, CaseIterable {
  case repository
  case organization
  /// The repository's, else the organisation's.
  case both
}
