/// What a script does with what it asks.
struct ScriptReading {
  private let script: Script
  private let production: Production
  /// Whether the script compares something with a commit; worked out when it is first asked.
  private lazy var comparesCommit = Comparison.isMade(in: script.parsed)
  private lazy var exits = Self.exits(in: script)
  private lazy var tells = script.text.has("GITHUB_OUTPUT") || script.text.has("GITHUB_ENV")

  private struct Exit {
    let offset: Int
    let fails: Bool
  }

  init(_ script: Script, production: Production) {
    self.script = script
    self.production = production
  }

  private static func exits(in script: Script) -> [Exit] {
    var exits: [Exit] = []
    let unheeded = unheeded(in: script)
    script.parsed.eachCommand { command, scene in
      guard !scene.isRemote, let program = command.program else { return }
      if program == "return", unheeded.contains(command.offset) { return }
      if program == "exit" || program == "return" || program == "false" || program == "die" {
        exits.append(
          Exit(
            offset: command.offset + scene.base,
            fails: command.words.dropFirst().first.map { $0.literal != "0" }
              ?? (program != "exit")))
      }
    }
    return exits
  }

  /// The commands of functions of which nobody looks at the status: each call goes on, as `check || true`.
  private static func unheeded(in script: Script) -> Set<Int> {
    guard let flat = script.parsed.flat else { return [] }
    var offsets: Set<Int> = []
    for (compound, _) in flat.compounds {
      guard case .function(let name) = compound.kind, let body = compound.bodies.first else {
        continue
      }
      let calls = flat.chains.flatMap { chain, _ in
        chain.pipelines.enumerated().filter { $0.element.commands.first?.simple?.program == name }
          .map { chain.rest.dropFirst($0.offset).first }
      }
      let isUnheeded = calls.allSatisfy { next in
        guard let next, next.joint == .or, next.pipeline.commands.count == 1 else { return false }
        let program = next.pipeline.commands[0].simple?.program
        return program.map(["true", ":", "echo", "printf"].contains) ?? false
      }
      if !calls.isEmpty, isUnheeded {
        offsets.formUnion(ShellScript(statements: body).commands.map(\.command.offset))
      }
    }
    return offsets
  }

  /// Of how many questions about ancestry in one script the answer is followed. Of more nothing is known.
  private static let followedMax = 64
  private var followed = 0

  /// What follows when the answer to the question of `line` at `offset` is no.
  mutating func consequence(of line: CommandLine, _ kind: Act.Kind, _ offset: Int) -> Consequence {
    if case .ancestry = kind { return consequence(ofAncestry: line) }
    let later = exits.filter { $0.offset > offset }
    return Consequence(
      endsStep: !later.isEmpty, failsJob: later.contains { $0.fails }, tells: tells)
  }

  private mutating func consequence(ofAncestry line: CommandLine) -> Consequence {
    var unknown = Consequence()
    unknown.isFollowed = true
    followed += 1
    guard followed <= Self.followedMax, line.scene.base == 0, let ancestry = Ancestry(line),
      ancestry.isForward
    else { return unknown }
    return AnswerUse.consequence(
      of: line.command, line.scene, failsOnNo: ancestry.failsOnNo, in: script)
  }

  /// Whether `line` asks for the newest commit of a branch, in a script that then compares it.
  mutating func isSupersededCheck(_ line: CommandLine) -> Bool {
    if production.superseded.contains(where: { line.tool == $0 || line.all.has($0) }) {
      return true
    }
    if line.tool == "pawl", line.texts.dropFirst().first == "superseded" { return true }
    let asks =
      line.tool == "git"
      ? line.texts.contains("ls-remote")
        || line.texts.contains("rev-parse") && line.all.has("origin/")
      : (line.isRequest || line.tool == "gh" || line.tool == "tea") && asksForBranch(line.all)
    return asks && comparesCommit
  }

  private func asksForBranch(_ text: String) -> Bool {
    text.has(anyOf: ["/branches/", "/git/refs/heads", "/git/ref/heads", "/commits/main"])
      || text.has("/commits?") && text.has("sha=")
  }

  /// The question about what runs that `line` is, if it is one.
  mutating func verification(_ line: CommandLine) -> Verification? {
    if line.tool == "kubectl", line.texts.contains("rollout"), line.texts.contains("status") {
      return Verification(isPolled: true, identifies: true, compares: true)
    }
    guard line.isRequest || production.verify.contains(line.tool) else { return nil }
    let identifying = ["/buildinfo", "/version", "build-id", "build_id"] + production.verify
    let text = line.all
    // What a test started for itself is not what tenants run.
    guard !text.has(anyOf: ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"]) else { return nil }
    let identifies = text.has(anyOf: identifying)
    guard identifies || text.has(anyOf: ["/health", "/ready", "/livez"]) else { return nil }
    return Verification(
      isPolled: line.scene.loops > 0, identifies: identifies, compares: comparesCommit)
  }
}

/// Whether a script compares something with a commit.
private enum Comparison {
  static func isMade(in script: ShellScript) -> Bool {
    var found = false
    script.eachPipeline { pipeline, _ in
      for command in pipeline.commands {
        switch command {
        case .simple(let simple):
          guard let program = simple.program else { continue }
          if ["[", "test", "grep", "jq"].contains(program) {
            found = found || simple.words.contains { isCommit($0.source) }
          }
        case .compound(let compound):
          if case .choice(let subject) = compound.kind { found = found || isCommit(subject.source) }
          found = found || compound.patterns.joined().contains { isCommit($0.source) }
        }
      }
    }
    return found
  }

  private static func isCommit(_ text: String) -> Bool {
    let text = text.lowercased()
    return text.has(anyOf: ["sha", "commit", "head", "revision", "git_ref"])
  }
}
