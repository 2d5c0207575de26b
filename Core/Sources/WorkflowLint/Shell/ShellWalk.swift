/// Where in a script a pipeline stands.
struct ShellScene: Sendable {
  /// To add to the offsets of a text that was parsed on its own, such as that of `bash -c '…'`.
  var base = 0
  /// Run on another machine, as the heredoc of an `ssh`.
  var isRemote = false
  /// Its status is looked at by an `if`, a loop, `&&`, `||` or `!`, and so ends nothing by itself.
  var isTested = false
  /// Inside `$(…)`.
  var isSubstitution = false
  /// How many loops it stands in.
  var loops = 0
  /// Run only under a condition.
  var isConditional = false
  /// In the body of a function.
  var isFunction = false
}

extension ShellScript {
  /// Every pipeline, in the order of the text: those of loops, functions and substitutions, and those
  /// of a script that is handed to another shell.
  func eachPipeline(_ visit: (ShellList.Pipeline, ShellScene) -> Void) {
    if let flat {
      for (pipeline, scene) in flat.pipelines { visit(pipeline, scene) }
      return
    }
    withoutActuallyEscaping(visit) { visit in
      ShellWalk(visit: visit).list(statements, ShellScene())
    }
  }

  /// Every simple command; `[[ … ]]` counts as one.
  func eachCommand(_ visit: (SimpleCommand, ShellScene) -> Void) {
    if let flat {
      for (command, scene) in flat.commands { visit(command, scene) }
      return
    }
    eachPipeline { pipeline, scene in
      for command in pipeline.commands {
        switch command {
        case .simple(let simple): visit(simple, scene)
        case .compound(let compound): if let test = compound.asTest { visit(test, scene) }
        }
      }
    }
  }

  /// Every simple command with its scene, for those who look at them more than once.
  var commands: [(command: SimpleCommand, scene: ShellScene)] {
    if let flat { return flat.commands }
    var all: [(SimpleCommand, ShellScene)] = []
    eachCommand { all.append(($0, $1)) }
    return all
  }

  /// Whether a failing command in a pipe fails the pipe at `offset`.
  func hasPipefail(at offset: Int, initially: Bool) -> Bool {
    hasOption("pipefail", letter: nil, at: offset, initially: initially)
  }

  /// Whether an option of the shell is on at `offset`, by its long name or its letter: what the last `set`
  /// or `shopt` before that says of it, such as `-o errexit`, `-euo`, `+e`.
  func hasOption(_ name: String, letter: Character?, at offset: Int, initially: Bool) -> Bool {
    let all = flat?.settings ?? FlatShell.settings(among: commands)
    for setting in all[..<(all.firstIndex { $0.offset >= offset } ?? all.count)].reversed() {
      var isOn: Bool?
      let words = setting.command.arguments
      if setting.command.program == "shopt" {
        if let isOn = Self.shopt(name, words) { return isOn }
        continue
      }
      for (word, next) in zip(words, words.dropFirst() + [""]) {
        guard let sign = word.first, sign == "-" || sign == "+", !word.hasPrefix("--") else {
          continue
        }
        let isNamed =
          word.hasSuffix("o") && next == name || letter.map(word.dropFirst().contains) ?? false
        if isNamed { isOn = sign == "-" }
      }
      if let isOn { return isOn }
    }
    return initially
  }

  /// What `shopt -so pipefail` says of an option that `set` has too.
  private static func shopt(_ name: String, _ words: [String]) -> Bool? {
    let flags = words.filter { $0.hasPrefix("-") }.joined()
    guard flags.contains("o"), words.contains(name) else { return nil }
    return flags.contains("s") ? true : flags.contains("u") ? false : nil
  }
}

extension CompoundCommand {
  /// `[[ … ]]` as the command that it is in all but its grammar.
  var asTest: SimpleCommand? {
    guard case .test = kind else { return nil }
    let name = ShellWord(parts: [.text("[[", isQuoted: false)], offset: offset, source: "[[")
    return SimpleCommand(words: [name] + patterns.joined(), offset: offset)
  }
}

struct ShellWalk {
  let visit: (ShellList.Pipeline, ShellScene) -> Void
  var visitChain: (ShellList.Chain, ShellScene) -> Void = { _, _ in }
  /// Where a script that is handed to another shell was not read on.
  var visitUnread: (Int) -> Void = { _ in }

  func list(_ list: ShellList, _ scene: ShellScene) {
    for chain in list.chains {
      visitChain(chain, scene)
      var inner = scene
      inner.isTested = scene.isTested || !chain.rest.isEmpty
      pipeline(chain.first, inner)
      for (position, next) in chain.rest.enumerated() {
        inner.isConditional = true
        inner.isTested = scene.isTested || position < chain.rest.count - 1
        pipeline(next.pipeline, inner)
      }
    }
  }

  private func pipeline(_ pipeline: ShellList.Pipeline, _ scene: ShellScene) {
    var scene = scene
    if pipeline.isNegated { scene.isTested = true }
    visit(pipeline, scene)
    for command in pipeline.commands {
      switch command {
      case .simple(let simple): words(of: simple, scene)
      case .compound(let compound): self.compound(compound, scene)
      }
    }
  }

  private func words(of command: SimpleCommand, _ scene: ShellScene) {
    var inner = scene
    inner.isSubstitution = true
    inner.isTested = false
    for assignment in command.assignments { substitutions(of: assignment.value, inner) }
    for word in command.words { substitutions(of: word, inner) }
    for redirection in command.redirections { substitutions(of: redirection.target, inner) }
    for redirection in command.redirections {
      if let body = redirection.body { substitutions(of: body, inner) }
    }
    handedOver(by: command, scene)
  }

  private func substitutions(of word: ShellWord, _ scene: ShellScene) {
    for case .command(let inner, _) in word.parts { list(inner, scene) }
  }

  /// A script given to another shell: `bash -c '…'`, `ssh host '…'`, or as a heredoc of either.
  private func handedOver(by command: SimpleCommand, _ scene: ShellScene) {
    let words = command.unwrapped
    guard let program = command.tool, Self.shells.contains(program) else { return }
    var inner = scene
    inner.isTested = false
    inner.isRemote = scene.isRemote || program == "ssh"
    for body in command.redirections.compactMap(\.body) { parse(body.source, body.offset, inner) }
    if program == "ssh" {
      for word in words.dropFirst(2) where word.source.has(" ") {
        parse(word.shape, word.offset + 1, inner)
      }
    } else if let flag = words.firstIndex(where: { $0.literal.map(isCommandFlag) ?? false }),
      words.indices.contains(flag + 1)
    {
      let word = words[flag + 1]
      parse(word.literal ?? word.shape, word.offset + 1, inner)
    }
  }

  private static let shells = ["ssh", "bash", "sh", "dash", "zsh"]

  private func isCommandFlag(_ word: String) -> Bool {
    word.hasPrefix("-") && !word.hasPrefix("--") && word.hasSuffix("c")
  }

  private func parse(_ text: String, _ offset: Int, _ scene: ShellScene) {
    var inner = scene
    inner.base += offset
    let script = ShellScript.parse(text)
    if let unread = script.unread { visitUnread(inner.base + unread) }
    list(script.statements, inner)
  }

  private func compound(_ command: CompoundCommand, _ scene: ShellScene) {
    var tested = scene
    tested.isTested = true
    var body = scene
    switch command.kind {
    case .loop: body.loops += 1
    case .branch, .choice: body.isConditional = true
    case .function: body.isFunction = true
    case .group, .subshell, .test, .arithmetic: break
    }
    var inner = scene
    inner.isSubstitution = true
    for patterns in command.patterns {
      for word in patterns { substitutions(of: word, inner) }
    }
    if case .choice(let subject) = command.kind { substitutions(of: subject, inner) }
    if case .loop(.each(_, let words)) = command.kind {
      for word in words { substitutions(of: word, inner) }
    }
    if case .loop = command.kind { tested.loops += 1 }
    for condition in command.conditions { list(condition, tested) }
    for part in command.bodies { list(part, body) }
  }
}
