/// An issue or a pull request that a comment names: `#12`, `ops#412`, `acme/ops#412`, an address.
enum Tracker {
  /// The one in the comments on `line` and within two lines of it, the nearest first.
  static func near(_ line: Int, in source: SourceText, _ settings: LintSettings) -> String? {
    for number in [line, line - 1, line + 1, line - 2, line + 2] {
      guard let comment = source.comments[number] else { continue }
      if let found = find(in: comment.text, settings) { return found }
    }
    return nil
  }

  /// The first in a text; `settings` can name other forms.
  static func find(in text: some StringProtocol, _ settings: LintSettings) -> String? {
    for word in text.split(whereSeparator: { " ,()".contains($0) }) {
      let word = String(word)
      if let hash = word.firstIndex(of: "#"),
        word[word.index(after: hash)...].first?.isNumber == true
      {
        return word
      }
      if word.has("/issues/") || word.has("/pulls/") { return word }
      if settings.trackers.contains(where: { Glob($0).matches(word, crossing: true) }) {
        return word
      }
    }
    return nil
  }
}
