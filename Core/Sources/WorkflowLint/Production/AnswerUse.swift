/// What becomes of the answer *no* to a question in a script, as far as that is certain: followed command by
/// command, as the shell would. What cannot be followed leads to nothing, and so proves nothing.
struct AnswerUse {
  private let script: Script
  /// Where the command stands that asks.
  private let asked: Int
  /// The variables of the question: a test whether they are set may stand before it.
  private let variables: [String]
  /// Whether the command succeeds when the answer is no.
  private let succeedsOnNo: Bool

  /// What a part of a script comes to when the answer is no.
  private enum Turn {
    /// The script ends there.
    case stops(fails: Bool)
    /// It goes on after a success or a failure; nil when that is not known.
    case goesOn(isSuccess: Bool?)
  }

  private struct Found {
    var turn: Turn
    var leftOut: Set<Int> = []
    var tells = false
    /// Variables that are set in one answer and not in the other.
    var sets: Set<String> = []

    /// The question itself may be left out: what lies outside does not depend on it.
    mutating func mayBeSkipped() { turn = .goesOn(isSuccess: nil) }
  }

  /// - Parameters:
  ///   - failsOnNo: The command that asks fails when the answer is no; else it prints the answer.
  ///   - succeedsOnNo: It succeeds when the answer is no, and fails when it is yes.
  ///   - isComparison: Whether a test of what it prints is one of the answer.
  static func consequence(
    of question: SimpleCommand, _ scene: ShellScene, failsOnNo: Bool, succeedsOnNo: Bool = false,
    in script: Script, isComparison: (SimpleCommand) -> Bool = comparesTwo
  ) -> Consequence {
    let variables = question.words.flatMap(\.variables)
    var uses: [AnswerUse] = []
    if succeedsOnNo {
      uses.append(
        AnswerUse(script: script, asked: question.offset, variables: variables, succeedsOnNo: true))
    }
    if failsOnNo {
      uses.append(
        AnswerUse(
          script: script, asked: question.offset, variables: variables, succeedsOnNo: false))
    }
    var answers: Set<String> = []
    var printed: Set<String> = []
    let outer = scene.isSubstitution ? script.parsed.commands : []
    for (command, scene) in outer where scene.base == 0 {
      guard Self.asks(question, inside: command.words + command.assignments.map(\.value)) else {
        continue
      }
      if let isInverted = Self.isInverted(command) {
        guard isComparison(command) else { continue }
        uses.append(
          AnswerUse(
            script: script, asked: command.offset, variables: variables, succeedsOnNo: isInverted))
      } else if command.words.isEmpty {
        printed.formUnion(command.assignments.map(\.name))
        if failsOnNo, Self.isAlone(question, in: command) {
          uses.append(
            AnswerUse(
              script: script, asked: command.offset, variables: variables, succeedsOnNo: false))
        }
      }
    }
    var consequence = Consequence()
    consequence.isFollowed = true
    for use in uses { answers.formUnion(use.take(&consequence)) }
    for (test, scene) in script.parsed.commands
    where scene.base == 0 && test.offset > question.offset {
      guard let isInverted = Self.isInverted(test),
        test.words.contains(where: { $0.variables.contains(where: answers.contains) })
          || isComparison(test)
            && test.words.contains(where: { $0.variables.contains(where: printed.contains) })
      else { continue }
      _ = AnswerUse(
        script: script, asked: test.offset, variables: variables, succeedsOnNo: isInverted
      ).take(&consequence)
    }
    return consequence
  }

  /// - Returns: the variables that tell the answer to what comes later in the script.
  private func take(_ consequence: inout Consequence) -> Set<String> {
    guard var found = find(in: script.parsed.statements, isTested: false) else { return [] }
    // The status of a script is that of its last command.
    if case .goesOn(isSuccess: false) = found.turn { found.turn = .stops(fails: true) }
    if case .stops(let fails) = found.turn {
      consequence.endsStep = true
      consequence.failsJob = consequence.failsJob || fails
    }
    consequence.tells = consequence.tells || found.tells
    consequence.leftOut.formUnion(found.leftOut)
    return found.sets
  }

  // MARK: Lists and chains

  private func find(in list: ShellList, isTested: Bool) -> Found? {
    for (index, chain) in list.chains.enumerated() {
      guard var found = find(in: chain, isTested) else { continue }
      let isLast = index == list.chains.count - 1
      switch found.turn {
      case .stops:
        found.leftOut.formUnion(
          list.chains[(index + 1)...].flatMap(\.pipelines).flatMap(Self.offsets))
      case .goesOn: if !isLast { found.mayBeSkipped() }
      }
      return found
    }
    return nil
  }

  private func find(in chain: ShellList.Chain, _ isTested: Bool) -> Found? {
    let all = chain.pipelines
    for (index, pipeline) in all.enumerated() {
      let isLast = index == all.count - 1
      guard var found = find(in: pipeline, isTested: isTested || !isLast) else { continue }
      follow(&found, chain, from: index, isTested || pipeline.isNegated)
      if index > 0,
        !isOnlyWithoutOld(all[index - 1], skipsWhenTrue: chain.rest[index - 1].joint == .or)
      {
        let isAllAnd = chain.rest[(index - 1)...].allSatisfy { $0.joint == .and }
        if !isAllAnd { (found.leftOut, found.tells) = ([], false) }
        found.mayBeSkipped()
      }
      if chain.isBackground { found = Found(turn: .goesOn(isSuccess: nil)) }
      return found
    }
    return nil
  }

  /// What stands behind `&&` and `||`.
  private func follow(
    _ found: inout Found, _ chain: ShellList.Chain, from start: Int, _ isTested: Bool
  ) {
    let all = chain.pipelines
    var last = start
    for index in all.indices.dropFirst(start + 1) {
      guard case .goesOn(let status?) = found.turn else { break }
      found.tells = found.tells || Self.tells(all[index])
      found.sets.formUnion(Self.sets(all[index]))
      guard status == (chain.rest[index - 1].joint == .and) else {
        found.leftOut.formUnion(Self.offsets(all[index]))
        continue
      }
      last = index
      found.turn = turn(of: all[index], isTested || index < all.count - 1)
    }
    if case .stops = found.turn {
      found.leftOut.formUnion(all.dropFirst(last + 1).flatMap(Self.offsets))
    }
    // Of a chain only the failure of its last command ends a script by itself.
    if case .goesOn(isSuccess: false) = found.turn, last == all.count - 1, !isTested, endsOnFailure
    {
      found.turn = .stops(fails: true)
    }
  }

  private func find(in pipeline: ShellList.Pipeline, isTested: Bool) -> Found? {
    let isTested = isTested || pipeline.isNegated
    for (index, command) in pipeline.commands.enumerated() {
      guard var found = find(in: command, isTested: isTested) else { continue }
      if pipeline.commands.count > 1 {
        // Each command of a pipe has a shell of its own.
        if case .stops(let fails) = found.turn { found.turn = .goesOn(isSuccess: !fails) }
        let isLast = index == pipeline.commands.count - 1
        let counts =
          script.parsed.hasPipefail(at: asked, initially: script.startsWithPipefail)
        if !isLast {
          var isFailure = false
          if case .goesOn(isSuccess: false) = found.turn { isFailure = counts }
          found.turn = .goesOn(isSuccess: isFailure ? false : nil)
        }
        found.sets = []
      }
      if pipeline.isNegated, case .goesOn(let status?) = found.turn {
        found.turn = .goesOn(isSuccess: !status)
      }
      return found
    }
    return nil
  }

  // MARK: Commands

  private func find(in command: ShellCommand, isTested: Bool) -> Found? {
    switch command {
    case .simple(let simple):
      return simple.offset == asked ? Found(turn: .goesOn(isSuccess: succeedsOnNo)) : nil
    case .compound(let compound):
      if case .test = compound.kind {
        return compound.offset == asked ? Found(turn: .goesOn(isSuccess: succeedsOnNo)) : nil
      }
      return find(inConditionsOf: compound) ?? find(inBodiesOf: compound, isTested: isTested)
    }
  }

  private func find(inConditionsOf compound: CompoundCommand) -> Found? {
    for (index, condition) in compound.conditions.enumerated() {
      guard var found = find(in: condition, isTested: true) else { continue }
      guard case .branch = compound.kind else { return Found(turn: .goesOn(isSuccess: nil)) }
      guard case .goesOn(let status?) = found.turn, compound.bodies.indices.contains(index) else {
        found.mayBeSkipped()
        return found
      }
      for pipeline in compound.bodies.dropFirst(index).flatMap(\.chains).flatMap(\.pipelines) {
        found.tells = found.tells || Self.tells(pipeline)
        found.sets.formUnion(Self.sets(pipeline))
      }
      let next = status ? index : index + 1
      let isKnown = status || index + 1 == compound.conditions.count
      let taken = isKnown && compound.bodies.indices.contains(next) ? compound.bodies[next] : nil
      let dropped = status ? Array(compound.bodies.dropFirst(index + 1)) : [compound.bodies[index]]
      found.leftOut.formUnion(dropped.flatMap { Self.offsets($0) })
      found.turn =
        taken.flatMap { ending(of: $0) }.map { .stops(fails: $0) } ?? .goesOn(isSuccess: nil)
      // An `elif` is asked only when what stands before it was not so.
      if index > 0 { found.mayBeSkipped() }
      return found
    }
    return nil
  }

  private func find(inBodiesOf compound: CompoundCommand, isTested: Bool) -> Found? {
    // Who calls a function decides whether a failure in it ends anything.
    var isTested = isTested
    if case .function = compound.kind { isTested = true }
    for (index, body) in compound.bodies.enumerated() {
      guard var found = find(in: body, isTested: isTested) else { continue }
      switch compound.kind {
      case .group, .arithmetic, .test: break
      case .subshell:
        if case .stops(let fails) = found.turn { found.turn = .goesOn(isSuccess: !fails) }
        found.sets = []
      case .loop(.each(_, let words)):
        if case .goesOn = found.turn { found.mayBeSkipped() }
        if !words.contains(where: { $0.literal != nil }) { found.mayBeSkipped() }
      case .branch:
        let condition =
          index == 0 || index == compound.conditions.count ? compound.conditions.last : nil
        let isHarmless =
          compound.conditions.count == 1
          && condition.flatMap(Self.only).map { isOnlyWithoutOld($0, skipsWhenTrue: index == 1) }
            ?? false
        if !isHarmless { found.mayBeSkipped() }
      case .loop, .choice, .function: found.mayBeSkipped()
      }
      return found
    }
    return nil
  }

  /// Whether the question is left out only where there is nothing to compare with: `[ -z "$old" ] ||`.
  private func isOnlyWithoutOld(_ pipeline: ShellList.Pipeline, skipsWhenTrue: Bool) -> Bool {
    guard pipeline.commands.count == 1, !pipeline.isNegated else { return false }
    let test: SimpleCommand?
    switch pipeline.commands[0] {
    case .simple(let simple): test = simple
    case .compound(let compound): test = compound.asTest
    }
    guard let test, ["[", "[[", "test"].contains(test.program) else { return false }
    let used = test.words.flatMap(\.variables)
    let words = test.words.dropFirst().compactMap(\.literal)
    guard !used.isEmpty, used.allSatisfy(variables.contains) else { return false }
    let signs = skipsWhenTrue ? ["-z", "=", "=="] : ["-n", "!="]
    // One sign, operands, and the bracket that closes: nothing joined to it.
    return words.filter { $0 != "]" && $0 != "]]" && !$0.isEmpty }.count == 1
      && words.contains(where: signs.contains)
  }

  // MARK: What is run when the answer is no

  private func turn(of pipeline: ShellList.Pipeline, _ isTested: Bool) -> Turn {
    if let fails = ending(of: pipeline) { return .stops(fails: fails) }
    guard pipeline.commands.count == 1, !pipeline.isNegated,
      let simple = pipeline.commands[0].simple
    else { return .goesOn(isSuccess: nil) }
    switch simple.program {
    case "false": return .goesOn(isSuccess: false)
    case "true", ":", "echo", "printf": return .goesOn(isSuccess: true)
    case nil where simple.words.isEmpty: return .goesOn(isSuccess: true)
    default: return .goesOn(isSuccess: nil)
    }
  }

  /// Whether the list ends the script for certain, and then whether as a failure.
  private func ending(of list: ShellList) -> Bool? {
    for chain in list.chains where !chain.isBackground {
      let before = chain.pipelines.dropLast()
      let isPlain =
        chain.rest.allSatisfy { $0.joint == .and }
        && before.allSatisfy { ["echo", "printf"].contains(Self.program($0)) }
      if isPlain, let last = chain.pipelines.last, let fails = ending(of: last) { return fails }
      if before.isEmpty, endsOnFailure, Self.program(chain.first) == "false" { return true }
    }
    return nil
  }

  private func ending(of pipeline: ShellList.Pipeline) -> Bool? {
    guard pipeline.commands.count == 1, !pipeline.isNegated else { return nil }
    switch pipeline.commands[0] {
    case .simple(let simple):
      if simple.program == "exit" {
        // Without a number it is the status of what failed; one that is not written out may be 0.
        return simple.words.dropFirst().first.map { $0.literal.map { $0 != "0" } ?? false } ?? true
      }
      guard let program = simple.program, let body = function(program) else { return nil }
      return ending(of: body)
    case .compound(let compound):
      guard case .group = compound.kind, let body = compound.bodies.first else { return nil }
      return ending(of: body)
    }
  }

  /// The body of a function of this script, which calls no other.
  private func function(_ name: String) -> ShellList? {
    for chain in script.parsed.statements.chains where chain.rest.isEmpty {
      for case .compound(let compound) in chain.first.commands {
        guard case .function(name) = compound.kind, let body = compound.bodies.first else {
          continue
        }
        let calls = ShellScript(statements: body).commands.compactMap(\.command.program)
        return calls.contains(where: functions.contains) ? nil : body
      }
    }
    return nil
  }

  private var functions: [String] {
    script.parsed.statements.chains.flatMap(\.first.commands).compactMap { command in
      guard case .compound(let compound) = command, case .function(let name) = compound.kind else {
        return nil
      }
      return name
    }
  }

  // MARK: Small questions

  /// Whether a command that fails ends the script where the question stands.
  private var endsOnFailure: Bool {
    script.parsed.hasOption("errexit", letter: "e", at: asked, initially: script.startsWithErrexit)
  }

  private static func only(_ list: ShellList) -> ShellList.Pipeline? {
    list.chains.count == 1 && list.chains[0].rest.isEmpty ? list.chains[0].first : nil
  }

  private static func program(_ pipeline: ShellList.Pipeline) -> String? {
    pipeline.commands.count == 1 ? pipeline.commands[0].simple?.program : nil
  }

  private static func offsets(_ pipeline: ShellList.Pipeline) -> [Int] {
    offsets(ShellList(chains: [ShellList.Chain(first: pipeline)]))
  }

  private static func offsets(_ list: ShellList) -> [Int] {
    ShellScript(statements: list).commands.map { $0.command.offset + $0.scene.base }
  }

  private static func tells(_ pipeline: ShellList.Pipeline) -> Bool {
    ShellScript(statements: ShellList(chains: [ShellList.Chain(first: pipeline)])).commands.contains
    {
      $0.command.redirections.contains {
        $0.target.source.has("GITHUB_OUTPUT") || $0.target.source.has("GITHUB_ENV")
      }
    }
  }

  private static func sets(_ pipeline: ShellList.Pipeline) -> [String] {
    guard pipeline.commands.count == 1, let simple = pipeline.commands[0].simple,
      simple.words.isEmpty
    else { return [] }
    return simple.assignments.map(\.name)
  }
}
