import Diagnostics
import Vocabulary

/// Reads checked values out of a tree, reporting each one that is not what it should be and going
/// on.
///
/// Every function that answers nil has reported an error before, so that a caller only has to leave
/// out what depends on the missing value.
struct SettingsReader {
  var log: FindingLog
  /// The variables that secrets are read from, as they come up.
  var secretNames: [EnvironmentName] = []

  init(log: FindingLog) { self.log = log }

  mutating func report(
    _ rule: SettingsRule, at place: SourcePlace, _ message: String, hint: String? = nil,
    related: [Finding.Related] = []
  ) {
    log.report(.error, rule, at: place, message, hint: hint, related: related)
  }

  mutating func warn(_ place: SourcePlace, _ message: String, hint: String? = nil) {
    log.report(.warning, .unguarded, at: place, message, hint: hint)
  }

  // MARK: Shapes

  /// The value of `field`; `expected` finishes the sentence "expected …".
  mutating func present(_ field: Field, expected: @autoclosure () -> String) -> SettingsNode? {
    guard let node = field.node else {
      report(.missingKey, at: field.place, "missing key '\(field.path)'; expected \(expected())")
      return nil
    }
    return node
  }

  /// The keys and values of `field`, each key one of `keys`.
  mutating func section(_ field: Field, keys: [String], expected: String) -> Section? {
    guard let entries = mapping(field, expected: expected) else { return nil }
    refuseUnknownKeys(entries, in: field.path, keys: keys)
    return Section(path: field.path, place: field.place, entries: entries)
  }

  /// The same for a section that may be left out, which then has no keys.
  mutating func optionalSection(_ field: Field, keys: [String], expected: String) -> Section? {
    guard field.node != nil else {
      return Section(path: field.path, place: field.place, entries: [])
    }
    return section(field, keys: keys, expected: expected)
  }

  /// The keys and values of `field`, whatever the keys are.
  mutating func mapping(_ field: Field, expected: String) -> [SettingsNode.Entry]? {
    guard let node = present(field, expected: expected) else { return nil }
    guard case .mapping(let entries) = node.content else {
      reportType(field, node, expected: expected)
      return nil
    }
    return entries
  }

  /// The same, at least one of them.
  mutating func filledMapping(_ field: Field, expected: String) -> [SettingsNode.Entry]? {
    guard let entries = mapping(field, expected: expected) else { return nil }
    guard !entries.isEmpty else {
      report(.empty, at: field.place, "'\(field.path)' is empty; expected \(expected)")
      return nil
    }
    return entries
  }

  /// The items of the list at `field`, at least one.
  mutating func filledList(_ field: Field, expected: String) -> [Field]? {
    guard let node = present(field, expected: expected) else { return nil }
    switch node.content {
    case .list(let items) where !items.isEmpty:
      return items.enumerated().map { field.item($0.offset, $0.element) }
    case .list, .nothing:
      report(.empty, at: field.place, "'\(field.path)' is empty; expected \(expected)")
      return nil
    case .text, .mapping:
      reportType(field, node, expected: expected)
      return nil
    }
  }

  mutating func reportType(_ field: Field, _ node: SettingsNode, expected: String) {
    let found = node.text.map(shown) ?? node.kind
    report(
      .wrongType, at: field.place,
      "'\(field.path.isEmpty ? "the file" : field.path)': expected \(expected), found \(found)")
  }

  private mutating func refuseUnknownKeys(
    _ entries: [SettingsNode.Entry], in path: String, keys: [String]
  ) {
    for entry in entries where !keys.contains(entry.key) {
      // It may be a misspelt `password`, and what stands behind it the secret.
      if keys.contains("password") || keys.contains("token") {
        log.hide(entry.keyPlace)
        hide(entry.value)
      }
      let inside = path.isEmpty ? "" : " in '\(path)'"
      report(
        .unknownKey, at: entry.keyPlace,
        "unknown key \(shown(entry.key))\(inside); expected \(oneOf(keys))",
        hint: nearest(to: entry.key, in: keys).map { "did you mean '\($0)'?" })
    }
  }

  // MARK: Words

  /// The text at `field`.
  mutating func text(_ field: Field, expected: @autoclosure () -> String) -> String? {
    guard let node = present(field, expected: expected()) else { return nil }
    guard let text = node.text, !text.isEmpty else {
      reportType(field, node, expected: expected())
      return nil
    }
    return text
  }

  /// The word at `field`.
  mutating func word<Word: ParsedText>(_ field: Field, as type: Word.Type = Word.self) -> Word? {
    text(field, expected: "\(withArticle(Word.noun)): \(Word.expectation)").flatMap {
      word($0, at: field.place, in: field.path)
    }
  }

  mutating func word<Word: ParsedText>(_ field: Field, default word: Word) -> Word? {
    field.node == nil ? word : self.word(field)
  }

  /// The word at `field`, or the knowledge that none stands there.
  mutating func optionalWord<Word: ParsedText>(
    _ field: Field, as type: Word.Type
  ) -> OptionalWord<Word>? {
    field.node == nil
      ? OptionalWord(word: nil) : word(field, as: type).map { OptionalWord(word: $0) }
  }

  /// `text` as a word, for text that is not a value of its own.
  mutating func word<Word: ParsedText>(
    _ text: String, at place: SourcePlace, in path: String, as type: Word.Type = Word.self
  ) -> Word? {
    guard let word = try? Word(parsing: text) else {
      report(
        .malformed, at: place,
        "'\(path)' is not \(withArticle(Word.noun)): expected \(Word.expectation), "
          + "found \(shown(text))")
      return nil
    }
    return word
  }

  /// One of a few words. Those in `later` belong to pawl.yaml and cannot be had yet.
  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ field: Field, default choice: Choice?, later: [String] = [],
    as type: Choice.Type = Choice.self
  ) -> Choice? {
    let words = Choice.allCases.map(\.rawValue)
    if field.node == nil, let choice { return choice }
    guard let text = text(field, expected: oneOf(words)) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    if later.contains(text) {
      reportNotAvailable(field.path, text, at: field.place, expected: oneOf(words))
    } else {
      report(
        .malformed, at: field.place,
        "'\(field.path)': expected \(oneOf(words)), found \(shown(text))",
        hint: nearest(to: text, in: words).map { "did you mean '\($0)'?" })
    }
    return nil
  }

  /// The one of `names` that `field` says.
  mutating func reference(_ field: Field, to names: [String], what: String) -> String? {
    guard let text = text(field, expected: "the name of \(what)") else { return nil }
    guard names.contains(text) else {
      report(
        .unknownName, at: field.place,
        "'\(field.path)' names \(what) that is not there: expected \(oneOf(names)), "
          + "found \(shown(text))",
        hint: nearest(to: text, in: names).map { "did you mean '\($0)'?" })
      return nil
    }
    return text
  }

  // MARK: What is not there yet

  mutating func reportNotAvailable(
    _ path: String, _ text: String, at place: SourcePlace, expected: String
  ) {
    report(
      .notAvailable, at: place,
      "'\(path): \(printable(text, charactersMax: 60))' is not available in this version; "
        + "expected \(expected)")
  }

  /// Refuses a key that says something this version could not honour; nothing, `[]` and `{}` ask
  /// for nothing and are let through.
  mutating func refuseUnlessEmpty(_ field: Field) {
    switch field.node?.content {
    case nil, .nothing, .list([]), .mapping([]): return
    case .text, .list, .mapping:
      report(
        .notAvailable, at: field.place, "'\(field.path)' is not available in this version",
        hint: "remove it: nothing may be left to believe that it is checked")
    }
  }
}

/// What a key that may be left out says.
struct OptionalWord<Word: ParsedText> {
  let word: Word?
}

/// `'a', 'b' or 'c'`.
func oneOf(_ words: [String]) -> String {
  let quoted = words.map { "'\($0)'" }
  guard let last = quoted.last else { return "nothing" }
  return quoted.count == 1 ? last : quoted.dropLast().joined(separator: ", ") + " or " + last
}
