/// What a script comes to when one of its variables has a certain value: followed command by command, as
/// the shell would. Of what depends on anything else both ways are possible, and so nothing follows from it.
struct ValueFlow {
  enum End: Hashable {
    /// The script fails, whatever else happens.
    case fails
    /// It ends as a success before its last command.
    case stops
    /// It runs to its end, or nothing is known against it.
    case goesOn
  }

  private let name: String
  private let endsOnFailure: Bool
  private var value: String?

  /// A value that no script names.
  static let other = "\u{1}"

  private init(_ name: String, _ endsOnFailure: Bool) {
    (self.name, self.endsOnFailure) = (name, endsOnFailure)
  }

  /// - Parameter start: Offset of the assignment that gives `name` its `value`. What stands beside it in a
  ///   loop or a branch is not followed.
  static func end(
    of script: Script, when name: String, is value: String, from start: Int
  ) -> End {
    var flow = ValueFlow(name, script.startsWithErrexit)
    let chains = script.parsed.statements.chains
    let next = chains.firstIndex { $0.first.offset ?? 0 > start } ?? chains.count
    flow.value = value
    var status: Bool?
    for chain in chains[next...] {
      // It has got another value.
      guard flow.value != nil else { return .goesOn }
      switch flow.run(chain, isTested: false) {
      case .end(let end): return end
      case .status(let last): status = last
      }
    }
    return status == false ? .fails : .goesOn
  }

  /// The words that each variable is compared with.
  static func comparisons(in script: ShellScript) -> [String: [String]] {
    var words: [String: [String]] = [:]
    for (command, _) in script.commands where ["[", "[[", "test"].contains(command.program) {
      for name in command.words.compactMap(\.onlyVariable) {
        words[name, default: []] += command.words.dropFirst().compactMap(\.literal)
          .filter { !signs.contains($0) }
      }
    }
    script.eachCompound { compound, _ in
      guard case .choice(let subject) = compound.kind, let name = subject.onlyVariable else {
        return
      }
      words[name, default: []] += compound.patterns.joined().compactMap(\.literal)
    }
    return words
  }

  private static let signs = [
    "=", "==", "!=", "-z", "-n", "!", "]", "]]", "&&", "||", "-a", "-o", "(", ")", "=~",
  ]

  private enum Step {
    case end(End)
    /// It goes on after a success or a failure; nil when that is not known.
    case status(Bool?)
  }

  // MARK: Lists

  private mutating func run(_ list: ShellList, isTested: Bool) -> Step {
    var status: Bool? = true
    for chain in list.chains {
      switch run(chain, isTested: isTested) {
      case .end(let end): return .end(end)
      case .status(let last): status = last
      }
    }
    return .status(status)
  }

  private mutating func run(_ chain: ShellList.Chain, isTested: Bool) -> Step {
    if chain.isBackground {
      forget(ShellList(chains: [chain]))
      return .status(nil)
    }
    let all = chain.pipelines
    var status: Bool?
    var last = 0
    for (index, pipeline) in all.enumerated() {
      if index > 0 {
        let isAnd = chain.rest[index - 1].joint == .and
        if let status, status != isAnd { continue }
        if status == nil {
          // It may be run or not.
          let mayBe = possible(pipeline)
          status = isAnd ? (mayBe == false ? false : nil) : (mayBe == true ? true : nil)
          forget(ShellList(chains: [ShellList.Chain(first: pipeline)]))
          continue
        }
      }
      last = index
      switch run(pipeline, isTested: isTested || index < all.count - 1) {
      case .end(let end): return .end(end)
      case .status(let next): status = next
      }
    }
    if status == false, last == all.count - 1, !isTested, !all[last].isNegated, endsOnFailure {
      return .end(.fails)
    }
    return .status(status)
  }

  /// The status of what only asks; nil for all else.
  private func possible(_ pipeline: ShellList.Pipeline) -> Bool? {
    guard pipeline.commands.count == 1, let test = pipeline.commands[0].simpleOrTest,
      let truth = truth(of: test)
    else { return nil }
    return truth != pipeline.isNegated
  }

  private mutating func run(_ pipeline: ShellList.Pipeline, isTested: Bool) -> Step {
    guard pipeline.commands.count == 1 else {
      forget(ShellList(chains: [ShellList.Chain(first: pipeline)]))
      return .status(nil)
    }
    let step = run(pipeline.commands[0], isTested: isTested || pipeline.isNegated)
    if pipeline.isNegated, case .status(let status?) = step { return .status(!status) }
    return step
  }

  // MARK: Commands

  private mutating func run(_ command: ShellCommand, isTested: Bool) -> Step {
    switch command {
    case .simple(let simple): run(simple)
    case .compound(let compound): run(compound, isTested: isTested)
    }
  }

  private mutating func run(_ command: SimpleCommand) -> Step {
    if command.assignments.contains(where: { $0.name == name }) { value = nil }
    switch command.program {
    case nil: return .status(command.assignments.isEmpty ? true : nil)
    case "exit", "return", "die", "fail":
      guard let word = command.words.dropFirst().first else {
        return .end(command.program == "exit" ? .stops : .fails)
      }
      // What is not written out may be 0.
      if command.program == "die" || command.program == "fail" { return .end(.fails) }
      return .end(word.literal.map { $0 == "0" ? .stops : .fails } ?? .goesOn)
    case "false": return .status(false)
    case "true", ":", "echo", "printf": return .status(true)
    case "[", "test": return .status(truth(of: command))
    default: return .status(nil)
    }
  }

  private mutating func run(_ compound: CompoundCommand, isTested: Bool) -> Step {
    switch compound.kind {
    case .group: return run(compound.bodies.first ?? ShellList(), isTested: isTested)
    case .subshell:
      switch run(compound.bodies.first ?? ShellList(), isTested: isTested) {
      case .end(let end): return .status(end == .goesOn ? nil : end == .stops)
      case .status(let status): return .status(status)
      }
    case .test: return .status(compound.asTest.flatMap(truth))
    case .branch: return branch(compound, isTested: isTested)
    case .choice(let subject): return choose(subject, compound, isTested: isTested)
    case .loop, .function, .arithmetic:
      forget(ShellList(chains: [.init(first: .init(commands: [.compound(compound)]))]))
      return .status(nil)
    }
  }

  private mutating func branch(_ compound: CompoundCommand, isTested: Bool) -> Step {
    for (index, condition) in compound.conditions.enumerated() {
      guard case .status(let status?) = run(condition, isTested: true) else {
        compound.bodies.dropFirst(index).forEach { forget($0) }
        return .status(nil)
      }
      if status { return run(compound.bodies[index], isTested: isTested) }
    }
    guard compound.bodies.count > compound.conditions.count, let last = compound.bodies.last else {
      return .status(true)
    }
    return run(last, isTested: isTested)
  }

  private mutating func choose(
    _ subject: ShellWord, _ compound: CompoundCommand, isTested: Bool
  ) -> Step {
    guard let value, subject.onlyVariable == name else {
      compound.bodies.forEach { forget($0) }
      return .status(nil)
    }
    for (patterns, body) in zip(compound.patterns, compound.bodies) {
      let words = patterns.map { $0.literal }
      if words.contains(value) || words.contains("*") { return run(body, isTested: isTested) }
      if words.contains(where: { $0?.contains { "*?[".contains($0) } ?? true }) {
        compound.bodies.forEach { forget($0) }
        return .status(nil)
      }
    }
    return .status(true)
  }

  /// A value that these commands may give it is not known afterwards.
  private mutating func forget(_ list: ShellList) {
    let sets = ShellScript(statements: list).commands.contains { command, _ in
      command.assignments.contains { $0.name == name }
        || ["read", "export", "local", "declare", "mapfile"].contains(command.program)
          && command.words.contains { $0.source.hasPrefix(name) }
    }
    if sets { value = nil }
  }

  // MARK: Tests

  /// What a test says of the value; nil when it says nothing.
  private func truth(of test: SimpleCommand) -> Bool? {
    guard let program = test.program, ["[", "[[", "test"].contains(program) else { return nil }
    var words = Array(test.words.dropFirst())
    if program == "[", words.last?.literal == "]" { words.removeLast() }
    guard !words.contains(where: { $0.source == "(" || $0.source == ")" }) else { return nil }
    return words.split(whereSeparator: { $0.source == "||" || $0.source == "-o" }).map { part in
      part.split(whereSeparator: { $0.source == "&&" || $0.source == "-a" })
        .map { single(Array($0)) }.reduce(true) { Self.both($0, $1) }
    }.reduce(false) { Self.either($0, $1) }
  }

  private static func both(_ left: Bool?, _ right: Bool?) -> Bool? {
    if left == false || right == false { return false }
    return left == nil || right == nil ? nil : true
  }

  private static func either(_ left: Bool?, _ right: Bool?) -> Bool? {
    if left == true || right == true { return true }
    return left == nil || right == nil ? nil : false
  }

  private func single(_ words: [ShellWord]) -> Bool? {
    if words.first?.source == "!" { return single(Array(words.dropFirst())).map { !$0 } }
    switch words.count {
    case 1: return text(words[0]).map { !$0.isEmpty }
    case 2:
      guard let text = text(words[1]) else { return nil }
      return words[0].source == "-z" ? text.isEmpty : words[0].source == "-n" ? !text.isEmpty : nil
    case 3:
      // Without the variable it says nothing of it.
      guard words[0].onlyVariable == name || words[2].onlyVariable == name,
        let left = text(words[0]), let right = text(words[2]),
        !words[2].source.contains("*")
      else { return nil }
      switch words[1].source {
      case "=", "==": return left == right
      case "!=": return left != right
      default: return nil
      }
    default: return nil
    }
  }

  private func text(_ word: ShellWord) -> String? {
    word.literal ?? (word.onlyVariable == name ? value : nil)
  }
}
