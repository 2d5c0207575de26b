import Diagnostics
import Vocabulary

extension SettingsReader {
  /// A reference to a secret: `{env: NAME}` or `{file: PATH}`. Nothing of what stands there is ever
  /// shown.
  mutating func secret(_ field: Field) -> SecretReference? {
    let expected = "{env: NAME} or {file: PATH}"
    guard let node = present(field, expected: expected) else { return nil }
    hide(node)
    switch node.content {
    case .mapping(let entries):
      guard entries.count == 1, let entry = entries.first else { break }
      let field = field.named(entry)
      switch entry.key {
      case "env":
        let found = reference(to: field, SecretReference.environment)
        if case .environment(let name) = found, !secretNames.contains(name) {
          secretNames.append(name)
        }
        return found
      case "file": return reference(to: field, SecretReference.file)
      default: break
      }
    case .text:
      report(
        .literalSecret, at: node.place, "'\(field.path)' holds a literal; expected \(expected)",
        hint: "put the secret into the environment or a file, and take this one for leaked")
      return nil
    case .nothing, .list: break
    }
    report(
      .wrongType, at: field.place, "'\(field.path)': expected \(expected), found \(node.kind)")
    return nil
  }

  /// Keeps every line that `node` begins on out of excerpts.
  mutating func hide(_ node: SettingsNode) {
    log.hide(node.place)
    switch node.content {
    case .nothing, .text: return
    case .list(let items): items.forEach { hide($0) }
    case .mapping(let entries):
      for entry in entries {
        log.hide(entry.keyPlace)
        hide(entry.value)
      }
    }
  }

  /// Like ``word(_:as:)``, without repeating what was found: it may be the secret itself.
  private mutating func reference<Word: ParsedText>(
    to field: Field, _ reference: (Word) -> SecretReference
  ) -> SecretReference? {
    guard let text = field.node?.text, let word = try? Word(parsing: text) else {
      report(
        .malformed, at: field.place,
        "'\(field.path)' is not \(withArticle(Word.noun)): expected \(Word.expectation)")
      return nil
    }
    return reference(word)
  }
}
