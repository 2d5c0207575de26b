/// The path of a repository inside a registry: `acme/platform` (distribution-spec, "Pulling manifests").
public struct RepositoryName: ParsedText {
  public static let noun = "repository name"
  public static let expectation =
    "lowercase path components of letters and digits, joined inside by '.', '_', '__' or '-', "
    + "255 characters at most"

  public let text: String

  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard (1...255).contains(text.utf8.count) else { return nil }
    let components = text.split(separator: "/", omittingEmptySubsequences: false)
    return components.allSatisfy(isComponent) ? text : nil
  }

  /// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
  private static func isComponent(_ component: Substring) -> Bool {
    var separator: [UInt8] = []
    var seenAny = false
    for byte in component.utf8 {
      if byte.isLowercase || byte.isDigit {
        guard separator.isEmpty || (seenAny && isSeparator(separator)) else { return false }
        separator = []
        seenAny = true
      } else {
        separator.append(byte)
      }
    }
    return seenAny && separator.isEmpty
  }

  private static func isSeparator(_ bytes: [UInt8]) -> Bool {
    bytes == [UInt8(ascii: ".")] || bytes == [UInt8(ascii: "_")]
      || bytes == [UInt8(ascii: "_"), UInt8(ascii: "_")]
      || bytes.allSatisfy { $0 == UInt8(ascii: "-") }
  }
}
