/// Text from outside that is not the word it should be.
public struct Malformed: Error, Hashable, Sendable, CustomStringConvertible {
  /// What it should have been: `commit`.
  public let noun: String
  /// The rule it broke, finishing "expected …".
  public let expected: String
  /// What stood there, shortened to ``foundCharactersMax`` and free of control characters.
  public let found: String

  /// How much of the offending text a message repeats.
  public static let foundCharactersMax = 80

  public init(noun: String, expected: String, found: String) {
    self.noun = noun
    self.expected = expected
    self.found = printable(found, charactersMax: Self.foundCharactersMax)
  }

  public var description: String {
    "not \(withArticle(noun)): expected \(expected), found \(found.isEmpty ? "nothing" : "'\(found)'")"
  }
}

/// `a commit`, `an image name`: as a sentence speaks of one of many.
public func withArticle(_ noun: String) -> String {
  let isVowel = noun.first.map { "aeiou".contains($0) } ?? false
  return "\(isVowel ? "an" : "a") \(noun)"
}

/// `text` in one line that is safe to print on a terminal: control characters become `?`, the rest is cut.
///
/// Text from outside can carry escape sequences that rewrite an operator's screen.
public func printable(_ text: String, charactersMax: Int) -> String {
  var shown = ""
  var count = 0
  for scalar in text.unicodeScalars {
    guard count < charactersMax else { return shown + "…" }
    shown.unicodeScalars.append(isControl(scalar) ? "?" : scalar)
    count += 1
  }
  return shown
}

/// C0, DEL, C1, and the bidirectional controls that can reorder what a person reads.
private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
}
