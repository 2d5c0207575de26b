import Vocabulary

// The end of a container's log, made fit for a report. Pure and total.

enum LastWords {
  static let linesMax = 4
  private static let lineCharactersMax = 160

  /// The last lines in one, redacted; nil when there are none.
  ///
  /// - Parameter secrets: values that must not be shown, wherever they stand.
  static func shown(_ log: [UInt8], isFramed: Bool, hiding secrets: [String]) -> String? {
    let bytes = isFramed ? unframed(log) : log
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .suffix(linesMax)
    let shown = lines.map { line in
      printable(redacted(String(line), hiding: secrets), charactersMax: lineCharactersMax)
    }.filter { !$0.isEmpty }
    return shown.isEmpty ? nil : shown.joined(separator: " | ")
  }

  /// Without the eight bytes that come before each piece: the stream, three zeros, and the length, big end
  /// first (Docker Engine API, "Attach to a container", stream format).
  static func unframed(_ log: [UInt8]) -> [UInt8] {
    var rest = log[...]
    var bytes: [UInt8] = []
    while rest.count >= 8 {
      let head = rest.prefix(8)
      let length = head.suffix(4).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(8)
      bytes += rest.prefix(length)
      rest = rest.dropFirst(length)
    }
    return bytes
  }

  /// `line` with `•••` for whatever a person would not want to read in a report.
  static func redacted(_ line: String, hiding secrets: [String]) -> String {
    var line = line
    // The longest first, so that none leaves its end behind.
    for secret in secrets.sorted(by: { $0.count > $1.count }) where secret.count >= 4 {
      line = line.replacing(secret, with: "•••")
    }
    var hidesNext = false
    return line.split(separator: " ", omittingEmptySubsequences: false).map { word in
      if hidesNext, !word.isEmpty {
        let isScheme = ["bearer", "basic"].contains(word.lowercased())
        hidesNext = isScheme
        return isScheme ? String(word) : "•••"
      }
      let shown = withoutValue(withoutUser(String(word)))
      hidesNext = isAnnouncement(word.lowercased())
      return shown
    }.joined(separator: " ")
  }

  private static let names = [
    "password", "passwd", "secret", "token", "credential", "authorization", "api_key", "apikey",
    "api-key", "private_key",
  ]

  /// Whether what follows the word is a secret: `password:`, `Bearer`.
  private static func isAnnouncement(_ word: String) -> Bool {
    if word == "bearer" || word == "basic" { return true }
    return (word.hasSuffix(":") || word.hasSuffix("=")) && names.contains { word.contains($0) }
  }

  /// `TOKEN=abc` and `"password":"abc"` as their names alone.
  private static func withoutValue(_ word: String) -> String {
    let lowercase = word.lowercased()
    guard names.contains(where: lowercase.contains),
      let separator = word.firstIndex(where: { $0 == "=" || $0 == ":" }),
      word.index(after: separator) < word.endIndex
    else { return word }
    return word[...separator] + "•••"
  }

  /// `postgres://user:password@host/` without who it is.
  private static func withoutUser(_ word: String) -> String {
    guard let scheme = word.firstRange(of: "://"),
      let at = word[scheme.upperBound...].prefix(while: { $0 != "/" }).lastIndex(of: "@")
    else { return word }
    return word[..<scheme.upperBound] + "•••" + word[at...]
  }
}

/// What a variable of a tenant was set to, for hiding it; nil for those that are known to hold no secret and
/// stand in every line.
func secretValue(_ variable: String) -> String? {
  let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
  guard parts.count == 2, !["PORT", "TENANT_SLUG"].contains(parts[0]) else { return nil }
  return String(parts[1])
}
