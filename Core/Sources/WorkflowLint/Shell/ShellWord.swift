/// One word of a shell command, in the parts it is made of.
struct ShellWord: Sendable {
  enum Part: Sendable {
    case text(String, isQuoted: Bool)
    /// `$name`, `${name}`, `${name:-word}`: with what stands behind the name.
    case variable(String, rest: String, isQuoted: Bool)
    /// `$(…)`, backticks, `<(…)`
    case command(ShellList, isQuoted: Bool)
    case arithmetic(String)
    /// `${{ … }}`: put in before the shell sees the text.
    case expression(String)
  }

  var parts: [Part] = []
  /// Where it begins, in bytes from the beginning of the script.
  var offset: Int
  /// As it stands in the script.
  var source: String

  /// The word, when it is written out: no variable, no command, no expression in it.
  var literal: String? {
    if parts.count == 1, case .text(let only, _) = parts[0] { return only }
    var text = ""
    for part in parts {
      guard case .text(let piece, _) = part else { return nil }
      text += piece
    }
    return text
  }

  /// What is written out of it, with `\u{0}` where something is put in.
  var shape: String {
    if parts.count == 1, case .text(let only, _) = parts[0] { return only }
    return parts.map { part in
      if case .text(let piece, _) = part { piece } else { "\u{0}" }
    }.joined()
  }

  /// The variables it uses, in order.
  var variables: [String] {
    parts.compactMap { if case .variable(let name, _, _) = $0 { name } else { nil } }
  }

  /// The command substitutions in it.
  var substitutions: [ShellList] {
    parts.compactMap { if case .command(let list, _) = $0 { list } else { nil } }
  }

  /// The texts of the expressions in it.
  var expressions: [String] {
    parts.compactMap { if case .expression(let text) = $0 { text } else { nil } }
  }

  /// Whether it is nothing but one variable.
  var onlyVariable: String? {
    if parts.count == 1, case .variable(let name, _, _) = parts[0] { name } else { nil }
  }
}
