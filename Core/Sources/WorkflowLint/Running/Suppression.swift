/// `# pawl: ignore[rule] reason until 2026-12-31` behind or above the line it is about; with
/// `ignore-file` on one of the first lines it holds for the whole file.
struct Suppression: Sendable {
  let rules: [String]
  let reason: String
  let until: Day?
  let comment: Comment
  /// Nil for the whole file.
  let line: Int?
  /// Why it cannot be followed: then it takes nothing away.
  var fault: Fault?

  struct Fault: Sendable {
    let message: String
    let hint: String
  }

  /// On how many of the first lines a comment may speak for the whole file.
  private static let headLines = 10

  static func all(in source: SourceText) -> [Suppression] {
    guard source.text.has("pawl: ignore") else { return [] }
    return source.comments.values.sorted { $0.line < $1.line }.compactMap {
      read($0, in: source)
    }
  }

  private static func read(_ comment: Comment, in source: SourceText) -> Suppression? {
    guard let start = comment.text.firstRange(of: "pawl: ignore") else { return nil }
    var rest = comment.text[start.upperBound...]
    let isFile = rest.hasPrefix("-file")
    if isFile { rest = rest.dropFirst(5) }
    // Another word that only begins like it.
    if let next = rest.first, next.isLetter { return nil }
    let line = isFile && comment.line <= headLines ? nil : subject(of: comment, in: source)
    guard rest.first == "[", let end = rest.firstIndex(of: "]") else {
      var broken = Suppression(rules: [], reason: "", until: nil, comment: comment, line: line)
      broken.fault = Fault(
        message: "this names no rule in brackets, so it takes nothing away",
        hint: "# pawl: ignore[rule] reason")
      return broken
    }
    let rules = rest[rest.index(after: rest.startIndex)..<end].split(separator: ",")
      .map { String($0.trimmed) }
    var reason = String(rest[rest.index(after: end)...].trimmed)
    var until: Day?
    let words = reason.split(separator: " ")
    if words.count >= 2, words[words.count - 2] == "until", let day = Day(words[words.count - 1]) {
      until = day
      reason = words.dropLast(2).joined(separator: " ")
    }
    var suppression = Suppression(
      rules: rules, reason: reason, until: until, comment: comment, line: line)
    suppression.fault = fault(of: suppression)
    return suppression
  }

  /// A day that is not understood would hold for ever.
  private static func fault(of suppression: Suppression) -> Fault? {
    guard !suppression.rules.isEmpty else {
      return Fault(
        message: "this names no rule in brackets, so it takes nothing away",
        hint: "# pawl: ignore[rule] reason")
    }
    let words = suppression.reason.split(separator: " ")
    for (word, next) in zip(words, words.dropFirst() + [""])
    where ["until", "till"].contains(word.lowercased())
      && (next.utf8.first.map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ?? true)
    {
      return Fault(
        message:
          "'\(word) \(next)' is no day at the end of the comment, so this takes nothing away",
        hint: "end it with 'until 2026-12-31'")
    }
    return nil
  }

  /// The line a comment is about: its own, or the next one that holds more than a comment.
  private static func subject(of comment: Comment, in source: SourceText) -> Int {
    guard comment.isAlone else { return comment.line }
    var line = comment.line + 1
    while let text = source.line(line),
      text.trimmed.isEmpty || source.comments[line]?.isAlone ?? false
    { line += 1 }
    return line
  }

  /// Whether it is about `finding`. A comment above a block scalar speaks for the whole block.
  func covers(_ rule: String, at line: Int, in source: SourceText) -> Bool {
    guard rules.contains(rule) else { return false }
    guard let subject = self.line else { return true }
    return line == subject || (line > subject && source.blockHeader(of: line) == subject)
  }
}

extension SourceText {
  /// The line whose block scalar `line` stands in: the nearest above with less indentation that ends
  /// in `|` or `>`.
  fileprivate func blockHeader(of line: Int) -> Int? {
    guard let text = self.line(line) else { return nil }
    var indent = text.prefix { $0 == " " }.count
    if text.trimmed.isEmpty { indent = Int.max }
    var number = line - 1
    while let above = self.line(number) {
      let own = above.prefix { $0 == " " }.count
      if !above.trimmed.isEmpty, own < indent {
        let code = comments[number].map { above.prefix($0.column - 1) } ?? above[...]
        let end = code.trimmed.drop { $0 != "|" && $0 != ">" }
        if let first = end.first, first == "|" || first == ">", end.count <= 3 { return number }
        indent = own
      }
      number -= 1
    }
    return nil
  }
}
