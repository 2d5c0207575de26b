import Diagnostics
import MarkedYAML

enum GiteaAnnotationOnlyReport: FileRule {
  static let about = RuleAbout(
    "gitea-annotation-only-report", .note,
    summary: "What this step finds is said where nobody sees it.",
    why: """
      Gitea and Forgejo write `::error::` and the like into the log and show them nowhere else; the step \
      summary is shown from Gitea 1.27. A step that finds drift, says so in this way and succeeds has \
      told nobody.
      """,
    advice: "Print it and exit with 1, or post a status.",
    bad: [
      """
      name: Drift
      on: schedule
      jobs:
        drift:
          runs-on: linux
          steps:
            - run: echo "::error::the fleet drifted"  # ← here
            - run: |
                echo "::error::the fleet drifted"  # ← here
                exit 0
            - run: git diff --quiet || echo "::warning::the fleet drifted"  # ← here
            - run: |
                if ! cmp -s wanted found; then
                  echo "::warning::the fleet drifted"  # ← here
                fi
      """
    ],
    good: [
      """
      name: Drift
      on: schedule
      jobs:
        drift:
          runs-on: linux
          steps:
            - run: |
                echo "::error::the fleet drifted"
                exit 1
            - run: git diff --quiet || { echo "::error::the fleet drifted"; exit 1; }
            - run: |
                echo "::error::the fleet drifted"
                git diff --quiet
            - run: |
                git diff --quiet || echo "::warning::the fleet drifted"
                ./report
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let silent = file.targets(lacking: .annotations)
    guard !silent.isEmpty else { return }
    for (_, _, script) in file.scripts {
      guard script.text.has("::") else { continue }
      // What stands in `$(…)` is taken, and shows nothing.
      let commands = script.parsed.commands.filter { !$0.scene.isSubstitution }
      guard let first = commands.first(where: { isAnnotation($0.command) })?.command,
        commands.allSatisfy({ isAnnotation($0.command) || isSilent($0.command, $0.scene) })
      else { continue }
      report.report(
        script.mark(at: first.offset),
        "\(silent.names) shows annotations nowhere: this step reports to its own log and succeeds",
        hint: "exit with 1, or post a status")
    }
  }

  /// Whether it neither prints anything nor fails the step: a setting, an end that is no failure, a question
  /// of which only the answer is used.
  private static func isSilent(_ command: SimpleCommand, _ scene: ShellScene) -> Bool {
    let words = command.words
    switch command.program {
    case nil: return words.isEmpty
    case "set", "true", ":": return true
    case "exit": return words.count == 1 || words[1].literal == "0"
    case "printf", "echo": return words.count == 1
    case "[", "[[", "test", "cmp": return scene.isTested
    case "git": return scene.isTested && command.hasFlag("--quiet", "-q")
    case "grep", "diff": return scene.isTested && command.hasFlag("-q", "--quiet", "--brief")
    default: return false
    }
  }

  private static func isAnnotation(_ command: SimpleCommand) -> Bool {
    (command.program == "echo" || command.program == "printf")
      && command.words.dropFirst().contains { word in
        word.shape.has(anyOf: ["::error", "::warning", "::notice"])
      }
  }
}
