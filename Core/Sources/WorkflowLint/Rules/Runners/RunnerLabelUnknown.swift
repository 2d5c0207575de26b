import Diagnostics
import MarkedYAML

enum RunnerLabelUnknown: FileRule {
  static let about = RuleAbout(
    "runner-label-unknown", .warning, setting: .labels,
    summary: "No runner has this label.",
    why:
      "The job waits for ever, or until the server gives up. The labels there are say `lint.runner-labels`.",
    advice: "Correct the label, or add it to the list when there is such a runner.",
    bad: [
      """
      ==> pawl.yaml
      lint: {runner-labels: [linux, docker-*]}
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test:
          runs-on: lunix  # ← here
          steps: [{run: make}]
      """
    ],
    good: [
      """
      ==> pawl.yaml
      lint: {runner-labels: [linux, docker-*]}
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: docker-1, steps: [{run: make}]}
        other: {runs-on: "${{ vars.LABEL }}", steps: [{run: make}]}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let known = file.settings.runnerLabels
    for job in file.jobs {
      for label in job.runsOn?.labels ?? [] where !label.value.has("${{") {
        guard !known.contains(where: { $0.matches(label.value) }) else { continue }
        let guess = nearest(to: label.value, in: known.map(\.pattern))
        report.report(
          label.mark, "no runner has the label '\(label.value)'",
          hint: guess.map { "did you mean '\($0)'?" })
      }
    }
  }
}
