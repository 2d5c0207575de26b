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
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let silent = file.targets(lacking: .annotations)
    guard !silent.isEmpty else { return }
    for (_, _, script) in file.scripts {
      let commands = script.parsed.commands.map(\.command)
      guard !commands.isEmpty, let first = commands.first(where: isAnnotation),
        commands.allSatisfy({ $0.program == "echo" || $0.program == "printf" || isSetting($0) }),
        commands.filter({ $0.program == "echo" }).allSatisfy(isAnnotation)
      else { continue }
      report.report(
        script.mark(at: first.offset),
        "\(silent.names) shows annotations nowhere: this step reports to its own log and succeeds",
        hint: "exit with 1, or post a status")
    }
  }

  private static func isSetting(_ command: SimpleCommand) -> Bool {
    command.words.isEmpty || command.program == "set"
  }

  private static func isAnnotation(_ command: SimpleCommand) -> Bool {
    command.words.dropFirst().contains { word in
      word.shape.has(anyOf: ["::error", "::warning", "::notice"])
    }
  }
}
