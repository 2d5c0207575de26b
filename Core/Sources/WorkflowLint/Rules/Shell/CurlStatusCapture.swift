import Diagnostics
import MarkedYAML

enum CurlStatusCapture: FileRule {
  static let about = RuleAbout(
    "curl-status-capture", .error, repair: .safe,
    summary: "A fallback inside the substitution is glued to the status that curl already printed.",
    why: """
      curl prints the status and then fails, so `|| echo 000` prints behind it: a refused connection \
      reads `000000`, a 409 reads `409000`. The comparison that follows is never true.
      """,
    advice:
      """
      Put the fallback outside: `CODE=$(curl …) || true; CODE=${CODE:-000}`. A plain `|| CODE=000` \
      would lose a 409.
      """,
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: |
                CODE=$(curl -sS -o body -w '%{http_code}' \\
                  "$URL" || echo 000)  # ← here
                other=`curl --write-out "%{response_code}" "$URL" || printf 000`  # ← here
      """,
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: |
                FORMAT='%{http_code}'
                a=$(curl -w "$FORMAT" "$URL" || { echo 000; })  # ← here
                b=$({ curl -w "$FORMAT" "$URL"; } || (echo 000))  # ← here
                status() { curl -so body -w "$FORMAT" "$1" || echo 000; }  # ← here
                c=$(status "$URL")
                [ -n "$URL" ] && d=$(curl -w "$FORMAT" "$URL" || echo 000)  # ← here
      """,
    ],
    good: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - name: curl -w '%{http_code}' || echo 000
              run: |
                CODE=$(curl -sS -o body -w '%{http_code}' "$URL") || true
                CODE=${CODE:-000}
                # CODE=$(curl -w '%{http_code}' "$URL" || echo 000)
                BODY=$(cat body || echo none)
                QUIET=$(curl -w '%{http_code}' "$URL" || true)
                TOLD=$(curl -w '%{http_code}' "$URL" || echo failed >&2)
                show() { curl -w '%{http_code}' "$URL" || echo failed; }
                show
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, step, script) in file.scripts
    where script.text.has("curl") && script.text.has("||") {
      var fixes: [Int: Fix] = [:]
      let bytes = Array(script.text.utf8)
      script.parsed.eachChain { chain, scene in
        // Where something follows on its status, or it is left to itself, more than a value would change.
        guard chain.rest.isEmpty, !chain.isBackground, !chain.first.isNegated,
          chain.first.commands.count == 1, let command = chain.first.commands[0].simple,
          let (offset, fix) = fix(command, scene, script, bytes)
        else { return }
        fixes[offset] = fix
      }
      let capture = Capture(script, levels: [file.workflow.env, job.env, step.env])
      for found in capture.found {
        let offset = found.fallback.offset + found.base
        report.report(
          script.mark(at: offset),
          "curl has printed a status when this prints another behind it: '000' becomes '000000', "
            + "a 409 '409000'",
          hint: "'VAR=$(curl …) || true; VAR=${VAR:-000}'",
          related: [
            (script.mark(at: found.curl.offset + found.base), "this curl prints a status")
          ],
          fix: fixes[offset])
      }
    }
  }

  /// `NAME=$(curl … || echo 000)` as `NAME=$(curl …) || true; NAME=${NAME:-000}`, with the offset of the
  /// `echo`. Only where the script is the text of the file, and the assignment a command of its own.
  private static func fix(
    _ command: SimpleCommand, _ scene: ShellScene, _ script: Script, _ bytes: [UInt8]
  ) -> (offset: Int, fix: Fix)? {
    guard script.style == .literal, scene.base == 0, !scene.isSubstitution, command.words.isEmpty,
      command.assignments.count == 1, let assignment = command.assignments.first,
      assignment.value.parts.count == 1, let list = assignment.value.substitutions.first,
      list.chains.count == 1, let chain = list.chains.first, chain.rest.count == 1,
      let echo = chain.rest.first?.pipeline.commands.first?.simple, echo.words.count == 2,
      let value = echo.words.last?.literal, value.utf8.allSatisfy(isDigit)
    else { return nil }
    let end = assignment.value.offset + assignment.value.source.utf8.count
    let closing = assignment.value.source.hasSuffix("\"") ? ")\"" : ")"
    // Behind the last word of curl: the `||`, and what is blank around it, goes.
    var bar = echo.offset
    while bar > 0, bytes[bar - 1] <= 0x20 { bar -= 1 }
    guard bar >= 2, bytes[bar - 1] == UInt8(ascii: "|"), bytes[bar - 2] == UInt8(ascii: "|") else {
      return nil
    }
    bar -= 2
    while bar > 0, bytes[bar - 1] <= 0x20 || isContinuation(bytes, bar) { bar -= 1 }
    let name = assignment.name
    return (
      echo.offset,
      .replace(
        script.mark(at: bar), to: script.mark(at: end),
        "\(closing) || true; \(name)=${\(name):-\(value)}", isSafe: true)
    )
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  /// A backslash that continues the line.
  private static func isContinuation(_ bytes: [UInt8], _ index: Int) -> Bool {
    bytes[index - 1] == UInt8(ascii: "\\") && index < bytes.count && bytes[index] == 0x0A
  }
}

/// Finds a curl that prints a status, and what prints another one behind it for the same reader.
private struct Capture {
  private(set) var found: [(curl: SimpleCommand, fallback: SimpleCommand, base: Int)] = []
  private var values: Values

  init(_ script: Script, levels: [[Variable]]) {
    values = Values(levels)
    var called: Set<String> = []
    for (command, scene) in script.parsed.commands {
      values.take(command)
      if scene.isSubstitution, let program = command.program { called.insert(program) }
    }
    script.parsed.eachChain(inSubstitutions: true) { chain, scene in take(chain, scene.base) }
    // A function prints to whoever calls it.
    script.parsed.eachCompound { compound, scene in
      guard case .function(let name) = compound.kind, called.contains(name) else { return }
      for body in compound.bodies {
        ShellScript(statements: body).eachChain { chain, inner in
          if !inner.isSubstitution { take(chain, scene.base + inner.base) }
        }
      }
    }
  }

  private mutating func take(_ chain: ShellList.Chain, _ base: Int) {
    guard let fallback = chain.rest.first(where: { $0.joint == .or })?.pipeline,
      let curl = Self.last(of: chain.first), curl.tool == "curl", printsStatus(curl),
      let echo = Self.printer(fallback)
    else { return }
    found.append((curl, echo, base))
  }

  private func printsStatus(_ curl: SimpleCommand) -> Bool {
    curl.words.contains { word in
      values.text(of: word).has(anyOf: ["%{http_code}", "%{response_code}"])
    }
  }

  /// The command that writes what the pipeline writes: the last one, of a group its last one.
  private static func last(of pipeline: ShellList.Pipeline) -> SimpleCommand? {
    switch pipeline.commands.last {
    case .simple(let simple): simple
    case .compound(let compound): group(compound)?.chains.last.flatMap { last(of: $0.first) }
    case nil: nil
    }
  }

  /// The `echo` in it that prints to whoever reads the whole.
  private static func printer(_ pipeline: ShellList.Pipeline) -> SimpleCommand? {
    switch pipeline.commands.first {
    case .simple(let simple):
      ["echo", "printf"].contains(simple.program)
        && !simple.redirections.contains { $0.sign.has(">") && $0.descriptor != "2" }
        ? simple : nil
    case .compound(let compound):
      group(compound)?.chains.lazy.compactMap { printer($0.first) }.first
    case nil: nil
    }
  }

  /// What stands in `{ … }` or `( … )`.
  private static func group(_ compound: CompoundCommand) -> ShellList? {
    guard compound.redirections.isEmpty else { return nil }
    switch compound.kind {
    case .group, .subshell: return compound.bodies.first
    case .branch, .loop, .choice, .function, .test, .arithmetic: return nil
    }
  }
}
