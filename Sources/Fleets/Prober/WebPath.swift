public import Vocabulary

/// The path of a page below a tenant's address: `/buildinfo`.
public struct WebPath: ParsedText {
  public static let noun = "web path"
  public static let expectation =
    "a '/' followed by letters, digits, '/', '-', '.', '_', '~' or '%', 200 characters at most"

  public let text: String

  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard (2...200).contains(text.utf8.count), text.hasPrefix("/"), !text.hasSuffix("/"),
      HTTPAddress.normalized("http://localhost" + text) != nil
    else { return nil }
    return text
  }

  /// This page at `address`; nil only when the two are too long together.
  func below(_ address: HTTPAddress) -> HTTPAddress? {
    // Both were read before, and the one may be followed by the other.
    let joined = address.text + text
    return joined.utf8.count <= HTTPAddress.bytesMax ? HTTPAddress(normalized: joined) : nil
  }
}
