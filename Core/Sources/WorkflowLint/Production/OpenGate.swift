/// The ways in which a script asks and goes on without an answer.
struct OpenGate {
  let script: Script
  /// Index of the step of the script.
  let step: Int
  /// What the job does to production.
  let effects: [Act]
  let env: [Variable]

  private static let queries = [
    "curl", "wget", "gh", "git", "tea", "crane", "skopeo", "jq", "glab", "kubectl", "docker",
  ]

  // MARK: Fallbacks

  /// What a variable is when the question fails that would have set it.
  struct Fallback {
    let name: String
    let value: String
    let tool: String
    /// Of the assignment.
    let offset: Int
    /// Of the assignment that sets ``value``, when that is another one.
    let start: Int
  }

  private var fallbacks: [Fallback] {
    guard script.text.has("||") else { return [] }
    var found: [Fallback] = []
    script.parsed.eachCommand { command, scene in
      guard !scene.isRemote else { return }
      for assignment in command.assignments {
        for list in assignment.value.substitutions {
          guard let chain = list.chains.last, let last = chain.rest.last, last.joint == .or,
            let value = Self.printed(by: last.pipeline), let tool = Self.query(chain.first)
          else { continue }
          let offset = assignment.offset + scene.base
          found.append(
            Fallback(
              name: assignment.name, value: value, tool: tool, offset: offset, start: offset))
        }
      }
    }
    script.parsed.eachChain { chain, scene in
      guard !scene.isRemote, let asking = Self.assignment(chain.first),
        let last = chain.rest.last, last.joint == .or, chain.rest.count == 1,
        let other = Self.assignment(last.pipeline), other.name == asking.name,
        let value = other.value.literal,
        let tool = asking.value.substitutions.first?.chains.last.flatMap({ Self.query($0.first) })
      else { return }
      found.append(
        Fallback(
          name: asking.name, value: value, tool: tool, offset: asking.offset + scene.base,
          start: other.offset + scene.base))
    }
    return found
  }

  private static func query(_ pipeline: ShellList.Pipeline) -> String? {
    pipeline.commands.compactMap { $0.simple?.tool }.first.flatMap {
      queries.contains($0) ? $0 : nil
    }
  }

  private static func assignment(_ pipeline: ShellList.Pipeline) -> SimpleCommand.Assignment? {
    guard pipeline.commands.count == 1, let command = pipeline.commands[0].simple,
      command.words.isEmpty, command.assignments.count == 1
    else { return nil }
    return command.assignments[0]
  }

  /// What `|| echo none` prints, and `|| true`; nil when that is not known.
  private static func printed(by pipeline: ShellList.Pipeline) -> String? {
    guard let command = pipeline.commands.first?.simple else { return nil }
    switch command.program {
    case "echo", "printf":
      if command.redirections.contains(where: { $0.sign.has(">") && $0.descriptor != "2" }) {
        return ""
      }
      return command.words.dropFirst().last?.literal?.trimmed
    case "true", ":": return ""
    default: return nil
    }
  }

  /// Of how many fallbacks, and of how many loops, one script is followed. Of more nothing is said.
  private static let followedMax = 64

  /// Those to whose value the script says yes.
  var open: [Fallback] {
    let fallbacks = fallbacks.prefix(Self.followedMax)
    guard !fallbacks.isEmpty else { return [] }
    let comparisons = ValueFlow.comparisons(in: script.parsed)
    let decisions = Decisions(script.parsed)
    return fallbacks.filter {
      let words = Array(Set(comparisons[$0.name] ?? []).sorted().prefix(Self.followedMax))
      return passes($0, comparedWith: words, decisions)
    }
  }

  private func passes(
    _ fallback: Fallback, comparedWith words: [String], _ decisions: Decisions
  ) -> Bool {
    let (name, value) = (fallback.name, fallback.value)
    func end(_ value: String) -> ValueFlow.End {
      ValueFlow.end(of: script, when: name, is: value, from: fallback.start)
    }
    // Without a comparison nothing is decided.
    guard !words.isEmpty || decisions.names.contains(name) else { return false }
    let ended = end(value)
    if ended == .fails { return false }
    // What ends here is not done.
    if ended == .stops, hasEffect(behind: fallback.offset, inLaterSteps: false) { return false }
    let isRefusing = (words + [ValueFlow.other]).contains { $0 != value && end($0) == .fails }
    if isRefusing, words.contains(value) || hasEffect(behind: fallback.offset) { return true }
    return !value.isEmpty && decisions.passes(value, of: name)
  }

  private func hasEffect(behind offset: Int, inLaterSteps: Bool = true) -> Bool {
    effects.contains {
      $0.step == step && $0.offset > offset || inLaterSteps && $0.step > step
    }
  }

  // MARK: Loops and times

  /// Loops that ask again and again, and end as well when the answer never came.
  var endlessHopes: [Int] {
    guard !effects.isEmpty, script.text.has("sleep"),
      !script.text.has(anyOf: ["GITHUB_OUTPUT", "GITHUB_ENV"])
    else { return [] }
    let chains = script.parsed.statements.chains
    let loops = chains.indices.lazy.filter { index in
      if case .compound(let loop)? = chains[index].first.commands.first {
        Self.isBounded(loop)
      } else {
        false
      }
    }
    return loops.prefix(Self.followedMax).compactMap { index in
      let chain = chains[index]
      guard chain.rest.isEmpty, !chain.isBackground, chain.first.commands.count == 1,
        case .compound(let loop) = chain.first.commands[0], let body = loop.bodies.first
      else { return nil }
      let commands = ShellScript(statements: body).commands
      guard let end = Self.goal(commands), !Decisions.fails(body),
        !isLookedAtAgain(chains[(index + 1)...], setBy: commands.map(\.command)),
        hasEffect(end, behind: commands.map(\.command.offset).max() ?? loop.offset)
      else { return nil }
      return loop.offset
    }
  }

  /// How a loop ends when the answer came.
  private enum Goal {
    case leavesLoop
    case leavesScript
  }

  private func hasEffect(_ goal: Goal, behind offset: Int) -> Bool {
    switch goal {
    case .leavesLoop: hasEffect(behind: offset)
    case .leavesScript: effects.contains { $0.step > step }
    }
  }

  /// `for`, and `while` with a count: others end only when what they wait for is there.
  private static func isBounded(_ compound: CompoundCommand) -> Bool {
    guard case .loop(let kind) = compound.kind else { return false }
    if case .each = kind { return true }
    return compound.conditions.allSatisfy { condition in
      condition.chains.allSatisfy { chain in
        chain.pipelines.allSatisfy { pipeline in
          guard pipeline.commands.count == 1 else { return false }
          if case .compound(let compound) = pipeline.commands[0],
            case .arithmetic = compound.kind
          {
            return true
          }
          return pipeline.commands[0].simpleOrTest?.words.contains {
            ["-lt", "-le", "-gt", "-ge"].contains($0.source)
          } ?? false
        }
      }
    }
  }

  /// How the commands of a loop leave it when what they ask for is there; nil when they ask for nothing.
  private static func goal(_ commands: [(command: SimpleCommand, scene: ShellScene)]) -> Goal? {
    let tests = ["[", "[[", "test", "grep", "jq"]
    guard commands.contains(where: { $0.command.program == "sleep" }),
      commands.contains(where: {
        $0.command.tool != "docker" && queries.contains($0.command.tool ?? "")
      }),
      commands.contains(where: { $0.scene.isTested && tests.contains($0.command.program ?? "") })
    else { return nil }
    for (command, scene) in commands where scene.isConditional && scene.loops == 0 {
      if command.program == "break" { return .leavesLoop }
      if command.program == "exit" { return .leavesScript }
    }
    return nil
  }

  /// Whether what stands behind a loop looks at what it found, asks anew, or fails of itself.
  private func isLookedAtAgain(
    _ rest: ArraySlice<ShellList.Chain>, setBy commands: [SimpleCommand]
  ) -> Bool {
    let names = commands.flatMap { $0.assignments.map(\.name) }
    let list = ShellList(chains: Array(rest))
    if Decisions.fails(list) { return true }
    let first = effects.filter { $0.step == step }.map(\.offset).filter { offset in
      rest.first?.first.offset.map { offset >= $0 } ?? false
    }.min()
    var isLooked = false
    for (command, scene) in ShellScript(statements: list).commands {
      if let first, command.offset + scene.base >= first { break }
      let asks = Self.queries.contains(command.tool ?? "") && !scene.isSubstitution
      isLooked =
        isLooked || asks || command.words.contains { $0.variables.contains(where: names.contains) }
    }
    ShellScript(statements: list).eachCompound { compound, _ in
      if case .choice(let subject) = compound.kind {
        isLooked = isLooked || subject.variables.contains(where: names.contains)
      }
    }
    return isLooked
  }

  /// `timeout 10m ./wait-for-ci || echo "going on"`
  var waitedInVain: [Int] {
    guard !effects.isEmpty, script.text.has("timeout") else { return [] }
    var found: [Int] = []
    script.parsed.eachChain { chain, scene in
      guard !scene.isRemote, !scene.isSubstitution, chain.rest.count == 1,
        chain.rest[0].joint == .or, Self.isHarmless(chain.rest[0].pipeline),
        chain.first.commands.count == 1, let command = chain.first.commands[0].simple,
        command.program == "timeout", Self.waits(command),
        hasEffect(behind: command.offset + scene.base)
      else { return }
      found.append(command.offset + scene.base)
    }
    return found
  }

  private static func isHarmless(_ pipeline: ShellList.Pipeline) -> Bool {
    ["echo", "printf", "true", ":"].contains(pipeline.commands.first?.simple?.program)
  }

  private static func waits(_ command: SimpleCommand) -> Bool {
    if ["bash", "sh"].contains(command.tool ?? "") {
      return command.words.contains { $0.source.has(anyOf: ["until ", "while "]) }
    }
    return command.unwrapped.contains { word in
      word.shape.lowercased().split { !("a"..."z").contains($0) }.contains { part in
        ["wait", "watch", "poll", "gate"].contains(String(part))
      }
    }
  }

  // MARK: Secrets

  /// Tests that end the script as a success when a secret is not there.
  var missingSecrets: [Int] {
    guard script.text.has(anyOf: ["-z", "-n"]) else { return [] }
    let secrets = env.filter { $0.value.value.has("secrets.") && $0.value.value.hasPrefix("${{") }
      .map(\.name)
    let decision = secrets.isEmpty ? -1 : lastDecision
    var found: [Int] = []
    func take(_ test: SimpleCommand?, _ sign: String, _ body: ShellList, _ scene: ShellScene) {
      guard let test, !scene.isRemote, test.words.contains(where: { $0.literal == sign }),
        Decisions.succeeds(body)
      else { return }
      let isPasted = test.words.contains { word in
        word.expressions.contains { $0.hasPrefix("secrets.") }
      }
      let isHandedOver = test.words.contains { $0.onlyVariable.map(secrets.contains) ?? false }
      if isPasted || isHandedOver && test.offset + scene.base < decision {
        found.append(test.offset + scene.base)
      }
    }
    script.parsed.eachCompound { compound, scene in
      guard case .branch = compound.kind else { return }
      for (condition, body) in zip(compound.conditions, compound.bodies) {
        take(condition.chains.first?.first.commands.first?.simpleOrTest, "-z", body, scene)
      }
    }
    script.parsed.eachChain { chain, scene in
      guard chain.rest.count == 1, chain.first.commands.count == 1 else { return }
      take(
        chain.first.commands[0].simpleOrTest, chain.rest[0].joint == .and ? "-z" : "-n",
        ShellList(chains: [.init(first: chain.rest[0].pipeline)]), scene)
    }
    return found
  }

  /// Behind which offset the script no longer asks somebody and fails when it does not like the answer. What
  /// only uploads or tells may well be left out.
  private var lastDecision: Int {
    var (asked, judged) = (-1, -1)
    script.parsed.eachCommand { command, scene in
      let offset = command.offset + scene.base
      if Self.queries.contains(command.tool ?? "") { asked = max(asked, offset) }
      let judges =
        ["[", "[[", "test", "grep", "false"].contains(command.program)
        || command.program == "jq" && command.hasFlag("-e", "--exit-status")
        || command.program == "exit" && command.words.dropFirst().first?.literal != "0"
      if judges { judged = max(judged, offset) }
    }
    return min(asked, judged)
  }
}
