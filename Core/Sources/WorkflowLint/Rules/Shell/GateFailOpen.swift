import Diagnostics
import MarkedYAML

enum GateFailOpen: FileRule {
  private static let queries = [
    "curl", "wget", "gh", "git", "tea", "crane", "skopeo", "jq", "glab", "kubectl", "docker",
  ]

  static let about = RuleAbout(
    "gate-fail-open", .error, .likely,
    summary: "An error of the question counts as the answer that lets the release pass.",
    why: """
      `STATE=$(query || echo none)` makes a refused token, a timeout and a missing run the same word. \
      When `none` goes on, a gate that nobody can reach is open, and everything is green.
      """,
    advice: "Keep the error apart: `STATE=$(query) || STATE=error`, and refuse on `error`.",
    bad: [
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                S=$(gh run list --json status -q '.[0].status' || echo none)  # ← here
                case "$S" in
                  success|none) echo go ;;
                  *) exit 1 ;;
                esac
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                if [ -z "${{ secrets.TOKEN }}" ]; then  # ← here
                  echo "no token, the check is skipped"
                  exit 0
                fi
                ./check
      """,
    ],
    good: [
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                S=$(gh run list --json status -q '.[0].status') || S=error
                case "$S" in
                  success) echo go ;;
                  *) exit 1 ;;
                esac
                T=$(gh run list || echo none)
                case "$T" in
                  success) echo go ;;
                  none) exit 1 ;;
                  *) exit 1 ;;
                esac
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (_, _, script) in file.scripts {
      let fallbacks = fallbacks(in: script)
      if !fallbacks.isEmpty {
        let decisions = Decisions(script.parsed)
        for fallback in fallbacks where decisions.passes(fallback.value, of: fallback.name) {
          report.report(
            script.mark(at: fallback.offset),
            "when '\(fallback.tool)' fails, \(fallback.name) is '\(fallback.value)', and "
              + "'\(fallback.value)' goes on: an error opens the gate",
            hint: "\(fallback.name)=$(…) || \(fallback.name)=error, and refuse on error")
        }
      }
      checkSecrets(script, &report)
    }
  }

  private struct Fallback {
    let name: String
    let value: String
    let tool: String
    let offset: Int
  }

  /// `NAME=$(query … || echo value)`
  private static func fallbacks(in script: Script) -> [Fallback] {
    guard script.text.has("||") else { return [] }
    var found: [Fallback] = []
    script.parsed.eachCommand { command, scene in
      guard !scene.isRemote else { return }
      for assignment in command.assignments {
        for list in assignment.value.substitutions {
          guard let chain = list.chains.last, let last = chain.rest.last, last.joint == .or,
            let echo = last.pipeline.commands.first?.simple,
            echo.program == "echo" || echo.program == "printf",
            let value = echo.words.dropFirst().last?.literal,
            let tool = chain.first.commands.compactMap({ $0.simple?.tool }).first,
            queries.contains(tool)
          else { continue }
          found.append(
            Fallback(
              name: assignment.name, value: value.trimmed, tool: tool,
              offset: assignment.offset + scene.base))
        }
      }
    }
    return found
  }

  /// `if [ -z "$SECRET" ]; then … exit 0`
  private static func checkSecrets(_ script: Script, _ report: inout Reporter) {
    script.parsed.eachCompound { compound, scene in
      guard case .branch = compound.kind, !scene.isRemote else { return }
      for (condition, body) in zip(compound.conditions, compound.bodies) {
        guard let test = condition.chains.first?.first.commands.first?.simpleOrTest,
          test.words.contains(where: { $0.literal == "-z" }),
          test.words.contains(where: { $0.expressions.contains { $0.hasPrefix("secrets.") } }),
          Decisions.succeeds(body)
        else { continue }
        report.report(
          script.mark(at: test.offset + scene.base),
          "without the secret this ends green, and nothing was checked",
          hint: "exit with 1")
      }
    }
  }
}
