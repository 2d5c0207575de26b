/// What the words of a command have to do with a question and its answer.
extension AnswerUse {
  /// Whether the question stands in a `$(…)` of these words.
  static func asks(_ question: SimpleCommand, inside words: [ShellWord]) -> Bool {
    words.lazy.flatMap(\.substitutions).contains { list in
      ShellScript(statements: list).commands.contains { $0.command === question }
    }
  }

  /// Whether the status of an assignment is that of the question.
  static func isAlone(_ question: SimpleCommand, in command: SimpleCommand) -> Bool {
    guard command.assignments.count == 1,
      let list = command.assignments[0].value.substitutions.first,
      list.chains.count == 1, list.chains[0].rest.isEmpty, !list.chains[0].first.isNegated,
      list.chains[0].first.commands.count == 1
    else { return false }
    return list.chains[0].first.commands[0].simple === question
  }

  /// Whether a test compares two things; whether there is an answer at all is another question.
  static func comparesTwo(_ test: SimpleCommand) -> Bool {
    !test.words.contains { $0.literal == "-n" || $0.literal == "-z" }
  }

  /// Whether a test of an answer succeeds when it is no; nil for what is no test.
  static func isInverted(_ test: SimpleCommand) -> Bool? {
    guard let program = test.program, ["[", "[[", "test"].contains(program) else { return nil }
    let words = test.words.compactMap(\.literal)
    if words.contains("-o") || words.contains("||") || words.contains("-a") || words.contains("&&")
    {
      return nil
    }
    var isInverted = words.contains("!=") || words.contains("-ne")
    if words.contains("-z") { isInverted.toggle() }
    if words.dropFirst().first == "!" { isInverted.toggle() }
    if words.contains(where: { ["no", "false", "behind", "diverged", "1"].contains($0) }) {
      isInverted.toggle()
    }
    return isInverted
  }
}
