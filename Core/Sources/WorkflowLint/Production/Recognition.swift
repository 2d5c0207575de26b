import MarkedYAML

/// Finds the acts of a job in its steps.
struct Recognition {
  let job: Job
  let workflow: Workflow
  let production: Production
  private(set) var acts: [Act] = []
  private(set) var matched: [Production.Selector] = []

  init(job: Job, workflow: Workflow, production: Production) {
    self.job = job
    self.workflow = workflow
    self.production = production
    noteConditions()
  }

  /// A kill switch in the `if` of the job.
  private mutating func noteConditions() {
    guard let condition = job.condition, let name = killSwitch(in: condition.value) else { return }
    for step in job.steps {
      add(.killSwitch(name), step, condition.mark, "if", Consequence(isCondition: true))
    }
  }

  mutating func look(at step: Step) {
    if let condition = step.condition, let name = killSwitch(in: condition.value) {
      add(.killSwitch(name), step, condition.mark, "if", Consequence(isCondition: true))
    }
    if let uses = step.uses { look(atAction: uses, of: step) }
    if let script = step.run, script.shell != .other { look(at: script, of: step) }
  }

  private mutating func add(
    _ kind: Act.Kind, _ step: Step, _ mark: YAMLMark, _ title: String,
    _ consequence: Consequence = Consequence(), offset: Int = 0, isConditional: Bool = false
  ) {
    acts.append(
      Act(
        kind: kind, step: step.index, mark: mark, title: title, offset: offset,
        isConditional: isConditional, consequence: consequence))
  }

  // MARK: Actions

  private mutating func look(atAction uses: Located<String>, of step: Step) {
    let action = step.action ?? uses.value
    if let selector = production.selectors.first(where: {
      $0.kind == .commands && $0.text == action
    }) {
      matched.append(selector)
      add(.deploy, step, uses.mark, step.title)
    }
    guard action.hasSuffix("docker/build-push-action") || action.hasSuffix("docker/bake-action"),
      step.with("push")?.value != "false", let tags = step.with("tags")
    else { return }
    for line in tags.value.split(whereSeparator: { $0 == "\n" || $0 == "," }) {
      let reference = ImageName(String(line.trimmed))
      if let tag = reference.tag, production.tags.contains(tag) {
        let promotion = Promotion(image: reference.image, tag: tag, source: nil, isBuild: true)
        add(.promote(promotion), step, tags.mark, step.title)
      }
    }
  }

  // MARK: Scripts

  private mutating func look(at script: Script, of step: Step) {
    var values = Values([workflow.env, job.env, step.env])
    var reading = ScriptReading(script, production: production)
    for (command, scene) in script.parsed.commands {
      values.take(command)
      var words = command.unwrapped
      guard var tool = words.first.map({ Self.tool($0, values) }) else { continue }
      guard isTelling(tool) else { continue }
      var texts = words.map { values.text(of: $0) }
      let written = texts
      if Launched.isWrapper(tool), let start = Launched.wrapped(texts) {
        words = Array(words[start...])
        texts = Array(texts[start...])
        tool = Self.tool(words[0], values)
      }
      let offset = command.offset + scene.base
      let line = CommandLine(command: command, tool: tool, texts: texts, scene: scene)
      for kind in kinds(of: line, written, &reading) {
        let isQuestion =
          switch kind {
          case .superseded, .ancestry, .killSwitch, .verify: true
          case .deploy, .promote, .pawl: false
          }
        add(
          kind, step, script.mark(at: offset), title(texts),
          isQuestion ? reading.consequence(of: line, kind, offset) : Consequence(),
          offset: offset, isConditional: scene.isConditional)
      }
    }
  }

  /// Programs of which a command can be an act. Most commands of most workflows are none.
  private static let telling = [
    "pawl", "[", "[[", "test", "git", "curl", "wget", "http", "https", "xh", "httpie", "gh", "tea",
    "crane", "gcrane", "skopeo", "regctl", "oras", "docker", "podman", "nerdctl", "buildah", "aws",
    "kubectl",
  ]

  private func isTelling(_ tool: String) -> Bool {
    if Self.telling.contains(tool) || Launched.isWrapper(tool) { return true }
    return !production.verify.isEmpty || !production.superseded.isEmpty
      || production.programs.contains(tool)
      || !production.programs.isEmpty && Launched.isLauncher(tool)
  }

  /// The program without its folder. A variable may hold its first words too: `$KUBECTL apply`.
  private static func tool(_ word: ShellWord, _ values: Values) -> String {
    let text = values.text(of: word)
    guard word.literal == nil, word.expressions.isEmpty else { return text.fileName }
    return String(text.prefix { $0 != " " }).fileName
  }

  private func title(_ texts: [String]) -> String {
    String(texts.prefix(4).joined(separator: " ").prefix(60))
  }

  private mutating func kinds(
    of line: CommandLine, _ written: [String], _ reading: inout ScriptReading
  ) -> [Act.Kind] {
    if line.tool == "pawl", line.texts.count > 1,
      ["deploy", "rollout", "promote", "rollback", "candidate"].contains(line.texts[1])
    {
      matched += deploySelectors(line, written)
      return [.pawl(line.texts[1])]
    }
    if ["[", "test", "[["].contains(line.tool), let name = killSwitch(in: line.all) {
      return [.killSwitch(name)]
    }
    if reading.isSupersededCheck(line) { return [.superseded] }
    if line.isAncestry { return [.ancestry] }
    let declared = deploySelectors(line, written)
    if !declared.isEmpty {
      matched += declared
      return [.deploy]
    }
    let promotions = line.promotions.filter { production.tags.contains($0.tag) }
    if !promotions.isEmpty { return promotions.map { .promote($0) } }
    if let verification = reading.verification(line) { return [.verify(verification)] }
    return []
  }

  /// What pawl.yaml declares the command by.
  private func deploySelectors(
    _ line: CommandLine, _ written: [String]
  ) -> [Production.Selector] {
    var views: [[String]] = []
    return production.selectors.filter { selector in
      switch selector.kind {
      case .commands:
        if views.isEmpty { views = self.views(line, written) }
        return views.contains(where: selector.names)
      case .endpoints: return line.isRequest && line.all.has(selector.text)
      case .hosts: return line.isRequest && line.changes && line.all.has(selector.text)
      case .labels, .environments, .files: return false
      }
    }
  }

  private func views(_ line: CommandLine, _ written: [String]) -> [[String]] {
    var texts = written
    // What stands in an unquoted variable is several words to the shell.
    if let first = line.command.unwrapped.first, first.literal == nil,
      first.expressions.isEmpty, texts[0].has(" ")
    {
      texts = texts[0].split(separator: " ").map(String.init) + texts.dropFirst()
    }
    return Launched.views(of: texts)
  }

  // MARK: Kill switches

  /// The variable in `text` that stops deployments.
  private func killSwitch(in text: String) -> String? {
    if let declared = production.killSwitches.first(where: { text.hasWord($0) }) { return declared }
    guard production.killSwitches.isEmpty else { return nil }
    return KillSwitchName.find(in: text)
  }
}

/// Variables that stop deployments, by their usual names.
enum KillSwitchName {
  private static let parts = [
    "DISABLED", "DISABLE", "KILL", "KILLSWITCH", "PAUSED", "PAUSE", "FREEZE", "FROZEN", "HALT",
  ]

  static func find(in text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "_")) else { return nil }
    let names = text.utf8.split { !isNamePart($0) }
    return names.lazy.filter { name in
      name.contains(UInt8(ascii: "_"))
        && !name.contains { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
    }.map { String(Substring($0)) }.first { name in
      name.split(separator: "_").contains { parts.contains(String($0)) }
    }
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
      || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }
}
