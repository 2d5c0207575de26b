import Diagnostics
import MarkedYAML

enum PipefailEarlyClose: FileRule {
  static let about = RuleAbout(
    "pipefail-early-close", .error,
    summary: "With pipefail, a reader that stops early fails the pipe of a healthy command.",
    why: """
      `head`, `grep -q` and the like close the pipe as soon as they have enough. The writer then dies of \
      SIGPIPE, 141, and pipefail makes that the status of the pipe. Twenty thousand lines into `head -5` \
      fail every time, ten lines now and then. `pipefail` is on by `set -o pipefail`, \
      `shopt -so pipefail` and by `shell: bash`; in the default shell it is off. For a writer that is known \
      to write little it is a warning.
      """,
    advice:
      "Take the output first: `info=$(docker info); head -5 <<<\"$info\"`, `grep -q P <<<\"$(x)\"`.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: |
                set -euo pipefail
                docker info | head -5  # ← here
                if docker ps | grep -q app; then echo up; fi  # ← here
      """,
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          defaults: {run: {shell: bash}}
          steps:
            - run: docker info | head -5  # ← here
            - shell: sh
              run: |
                shopt -so pipefail
                docker info | head -5  # ← here
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
            - run: docker info | head -5
            - run: |
                set -euo pipefail
                info=$(docker info)
                head -5 <<<"$info"
                docker info | head -5 || true
                docker info | grep app
                grep -q app file
                echo "docker info | head -5"
                ssh host <<'EOF'
                docker info | head -5
                EOF
            - run: |
                shopt -so pipefail
                shopt -uo pipefail
                docker info | head -5
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (_, _, script) in file.scripts where script.text.has("|") {
      guard script.startsWithPipefail || script.text.has("pipefail") else { continue }
      var found: [(reader: SimpleCommand, writer: SimpleCommand, offset: Int)] = []
      script.parsed.eachChain { chain, scene in
        guard !scene.isRemote else { return }
        for (index, pipeline) in chain.pipelines.enumerated() {
          guard pipeline.commands.count > 1, let reader = pipeline.commands.last?.simple,
            let writer = pipeline.commands.first?.simple, closesEarly(reader),
            !isForgiven(chain, index)
          else { continue }
          found.append((reader, writer, reader.offset + scene.base))
        }
      }
      for (reader, writer, offset) in found
      where script.parsed.hasPipefail(at: offset, initially: script.startsWithPipefail) {
        let isSmall = writesLittle(writer)
        report.report(
          script.mark(at: offset),
          "'\(reader.tool ?? "")' stops reading early, and with pipefail that fails "
            + "'\(writer.tool ?? "")' with 141" + (isSmall ? ", now and then" : ""),
          hint: "take the output first: x=$(…); … <<<\"$x\"", severity: isSmall ? .warning : .error)
      }
    }
  }

  /// `… || true` throws the status away.
  private static func isForgiven(_ chain: ShellList.Chain, _ index: Int) -> Bool {
    guard chain.rest.indices.contains(index), chain.rest[index].joint == .or,
      let next = chain.rest[index].pipeline.commands.first?.simple
    else { return false }
    return next.program == "true" || next.program == ":"
  }

  static func closesEarly(_ command: SimpleCommand) -> Bool {
    let words = command.unwrapped.dropFirst().map(\.shape)
    switch command.tool {
    // With a negative count it reads to the end.
    case "head": return !words.contains { $0.hasPrefix("-n-") || $0.hasPrefix("-c-") }
    case "grep", "egrep", "fgrep", "rg":
      return words.contains { word in
        word.hasPrefix("-") && !word.hasPrefix("--") && word.has("q") || word == "--quiet"
          || word.hasPrefix("-m") || word.hasPrefix("--max-count")
      }
    case "sed": return words.contains { isQuitting($0) }
    case "awk", "gawk", "mawk": return words.contains { $0.hasWord("exit") && !$0.has("END") }
    default: return false
    }
  }

  /// `5q`, `/x/q`, `1{p;q}`
  private static func isQuitting(_ script: String) -> Bool {
    script.split(whereSeparator: { ";{}\n ".contains($0) }).contains { part in
      (part.hasSuffix("q") || part.hasSuffix("Q")) && !part.hasPrefix("-") && !part.hasPrefix("s")
        && (part.count == 1
          || part.dropLast().last.map { $0.isNumber || $0 == "/" || $0 == "$" } ?? false)
    }
  }

  private static func writesLittle(_ command: SimpleCommand) -> Bool {
    ["echo", "printf", "date", "hostname", "uname", "pwd", "id", "whoami", "basename", "dirname"]
      .contains(command.tool ?? "")
  }
}
