import Diagnostics
import MarkedYAML

enum GiteaConcurrencyIgnored: FileRule {
  static let about = RuleAbout(
    "gitea-concurrency-ignored", .warning,
    summary: "The server ignores `concurrency`.",
    why: """
      Gitea reads `concurrency` since 1.26. From 1.21 to 1.25 it cancels instead, always: a second push \
      to a branch ends the runs of the first, whether they run or wait. Before, runs go side by side.
      """,
    advice:
      "Let the job itself be repeatable and check that it was not superseded, or upgrade the server.",
    bad: [
      """
      ==> on gitea=1.25
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      concurrency: {group: ci}  # ← here
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ],
    good: [
      """
      ==> on gitea=1.26
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      concurrency: {group: ci}
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(lacking: .concurrency)
    guard !targets.isEmpty else { return }
    let cancels = targets.contains { $0.does(.autoCancel) == true }
    for concurrency in [file.workflow.concurrency] + file.jobs.map(\.concurrency) {
      guard let concurrency else { continue }
      report.report(
        concurrency.mark,
        "\(targets.names) ignores 'concurrency'"
          + (cancels
            ? "; a second push cancels the runs of the first, whatever is written here" : ""))
    }
  }
}
