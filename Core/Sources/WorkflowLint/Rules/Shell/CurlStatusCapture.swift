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
      """
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
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (_, _, script) in file.scripts where script.text.has("curl") {
      var fixes: [Int: Fix] = [:]
      let bytes = Array(script.text.utf8)
      script.parsed.eachCommand { command, scene in
        guard let (offset, fix) = fix(command, scene, script, bytes) else { return }
        fixes[offset] = fix
      }
      script.parsed.eachChain(inSubstitutions: true) { chain, scene in
        guard let curl = chain.first.commands.last?.simple, curl.tool == "curl",
          printsStatus(curl),
          let fallback = chain.rest.first(where: { $0.joint == .or })?.pipeline.commands.first?
            .simple,
          fallback.program == "echo" || fallback.program == "printf"
        else { return }
        report.report(
          script.mark(at: fallback.offset + scene.base),
          "curl has printed a status when this prints another behind it: '000' becomes '000000', "
            + "a 409 '409000'",
          hint: "'VAR=$(curl …) || true; VAR=${VAR:-000}'",
          related: [(script.mark(at: curl.offset + scene.base), "this curl prints a status")],
          fix: fixes[fallback.offset + scene.base])
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

  private static func printsStatus(_ curl: SimpleCommand) -> Bool {
    curl.words.contains { $0.shape.has("%{http_code}") || $0.shape.has("%{response_code}") }
  }
}
