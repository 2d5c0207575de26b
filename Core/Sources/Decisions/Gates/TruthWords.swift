/// The words that turn a switch on. Whoever sets one in a hurry types any of them, in any case; what is
/// none of them and not plainly off is no answer.
public enum TruthWord: Hashable, Sendable {
  case on
  case off
  case neither

  private static let onWords = ["1", "true", "yes", "on", "disabled", "disable"]
  private static let offWords = ["", "0", "false", "no", "off", "enabled", "enable"]

  public init(_ text: String) {
    let word = String(
      text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
    )
    .lowercased()
    self =
      if Self.onWords.contains(word) { .on } else if Self.offWords.contains(word) { .off } else {
        .neither
      }
  }
}
