/// A value as YAML: plain where nothing in it could mean anything else, else in quotes.
enum PlainScalar {
  static func text(_ value: String) -> String {
    let isSafe =
      value.utf8.allSatisfy(isPlain) && (value.utf8.first.map(isLetter) ?? false)
      && value.utf8.last != UInt8(ascii: " ") && !words.contains(value.lowercased())
    return isSafe ? value : "'" + value.replacing("'", with: "''") + "'"
  }

  private static let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]

  private static func isPlain(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || isLetter(byte) || " ._/-".utf8.contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }
}
