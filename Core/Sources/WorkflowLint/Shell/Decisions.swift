/// What a script makes of the value of a variable.
struct Decisions {
  /// The variables that an `if` or a `case` looks at.
  private(set) var names: [String] = []
  private var choices: [(name: String, command: CompoundCommand)] = []
  private var branches: [(test: SimpleCommand, body: ShellList, otherwise: ShellList?)] = []

  init(_ script: ShellScript) {
    var names: [String] = []
    var choices: [(name: String, command: CompoundCommand)] = []
    var branches: [(test: SimpleCommand, body: ShellList, otherwise: ShellList?)] = []
    script.eachCompound { compound, scene in
      guard !scene.isRemote else { return }
      switch compound.kind {
      case .choice(let subject):
        names += subject.variables
        if let name = subject.variables.first { choices.append((name, compound)) }
      case .branch:
        for (index, condition) in compound.conditions.enumerated() {
          for command in ShellScript(statements: condition).commands.map(\.command) {
            guard ["[", "test", "[["].contains(command.program) else { continue }
            names += command.words.flatMap(\.variables)
            let next = index + 1
            let otherwise = compound.bodies.indices.contains(next) ? compound.bodies[next] : nil
            branches.append((command, compound.bodies[index], otherwise))
          }
        }
      case .group, .subshell, .loop, .function, .test, .arithmetic: break
      }
    }
    (self.names, self.choices, self.branches) = (names, choices, branches)
  }

  /// Whether the script goes on, or says yes, when `name` is `value`: the arm of a `case` for it does
  /// not fail, or it is compared by `!=` with what stops.
  func passes(_ value: String, of name: String) -> Bool {
    for (subject, command) in choices where subject == name {
      for (patterns, body) in zip(command.patterns, command.bodies) {
        let words = patterns.compactMap(\.literal)
        guard words.contains(value) else { continue }
        return !Self.fails(body)
      }
    }
    for (test, body, _) in branches where test.words.contains(where: { $0.onlyVariable == name }) {
      let words = test.words.compactMap(\.literal)
      guard words.contains(value) else { continue }
      if words.contains("=") || words.contains("==") {
        return !Self.fails(body) && Self.succeeds(body)
      }
    }
    return false
  }

  /// Whether the commands end in a failure.
  static func fails(_ list: ShellList) -> Bool {
    ShellScript(statements: list).commands.contains { command, _ in
      switch command.program {
      case "exit", "return": command.words.dropFirst().first.map { $0.literal != "0" } ?? false
      case "false", "die", "fail": true
      default: false
      }
    }
  }

  /// Whether the commands end the script, or the step, as a success: `exit 0`, or a yes to others.
  static func succeeds(_ list: ShellList) -> Bool {
    guard !fails(list) else { return false }
    return ShellScript(statements: list).commands.contains { command, _ in
      let isEnd =
        command.program == "exit"
        && command.words.dropFirst().first.map { $0.literal == "0" } ?? true
      let isYes = command.redirections.contains {
        $0.target.source.has("GITHUB_OUTPUT")
      }
      return isEnd || isYes
    }
  }
}
