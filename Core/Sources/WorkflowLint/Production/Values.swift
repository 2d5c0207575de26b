/// What is known of the variables of a script: from `env` and from what the script itself sets.
struct Values {
  private var values: [String: String] = [:]

  init(_ levels: [[Variable]]) {
    for level in levels {
      for variable in level { values[variable.name] = variable.value.value }
    }
  }

  mutating func take(_ command: SimpleCommand) {
    for assignment in command.assignments { values[assignment.name] = text(of: assignment.value) }
  }

  /// The same, and one variable more.
  func setting(_ name: String, to value: String) -> Values {
    var copy = self
    copy.values[name] = value
    return copy
  }

  subscript(name: String) -> String? { values[name] }

  /// The word with what is known put in; `$name` for what is not.
  func text(of word: ShellWord) -> String {
    if let literal = word.literal { return literal }
    return word.parts.map { part in
      switch part {
      case .text(let text, _): text
      case .variable(let name, let rest, _):
        values[name] ?? (rest.isEmpty ? "$\(name)" : "${\(name)\(rest)}")
      case .command: "$(…)"
      case .arithmetic(let text): "$((\(text)))"
      case .expression(let text): "${{ \(text) }}"
      }
    }.joined()
  }
}
