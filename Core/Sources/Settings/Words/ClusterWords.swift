import Vocabulary

/// What a namespace or a container of a Kubernetes cluster is called (RFC 1123, a label).
struct ClusterWord: ParsedText {
  static let noun = "name in a Kubernetes cluster"
  static let expectation = "1 to 63 of a-z, 0-9 and '-', with a letter or digit at either end"
  let text: String
  init(normalized text: String) { self.text = text }

  static func normalized(_ text: String) -> String? {
    guard (1...63).contains(text.utf8.count), text.first != "-", text.last != "-" else {
      return nil
    }
    return text.utf8.allSatisfy { isLowercase($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
      ? text : nil
  }

  fileprivate static func isLowercase(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }
}

/// The key of a label (Kubernetes, "Labels and Selectors", syntax and character set).
struct ClusterLabel: ParsedText {
  static let noun = "key of a label"
  static let expectation =
    "1 to 63 letters, digits, '-', '_' and '.', with a letter or digit at either end, and optionally a "
    + "domain and '/' before them"
  let text: String
  init(normalized text: String) { self.text = text }

  static func normalized(_ text: String) -> String? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.last, (1...63).contains(name.utf8.count),
      isWhole(name)
    else { return nil }
    guard parts.count == 2, let domain = parts.first else { return text }
    let isDomain =
      (1...253).contains(domain.utf8.count)
      && domain.split(separator: ".", omittingEmptySubsequences: false)
        .allSatisfy { ClusterWord.normalized(String($0)) != nil }
    return isDomain ? text : nil
  }

  private static func isWhole(_ name: Substring) -> Bool {
    let isInner: (UInt8) -> Bool = { isLetter($0) || isDigit($0) || "-_.".utf8.contains($0) }
    guard let first = name.utf8.first, let last = name.utf8.last else { return false }
    return name.utf8.allSatisfy(isInner) && (isLetter(first) || isDigit(first))
      && (isLetter(last) || isDigit(last))
  }
}
