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
      """,
      """
      ==> facts.yaml
      runner-labels: [linux]
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test:
          runs-on: lunix  # ← here
          steps: [{run: make}]
      """,
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
    var known = file.settings.runnerLabels
    // What pawl.yaml declares is all there is.
    var areAll = !known.isEmpty
    switch file.facts.runnerLabels {
    case .notAsked: break
    case .unreadable(let why):
      if !areAll { return report.couldNotCheck("the labels of runners: \(why)") }
    case .known(let labels):
      known += labels.names.map(Glob.init)
      areAll = areAll || labels.areAll
    }
    for job in file.jobs {
      for label in job.runsOn?.labels ?? [] where !label.value.has("${{") {
        guard !known.contains(where: { $0.matches(label.value) }) else { continue }
        guard areAll else {
          report.couldNotCheck(
            "no runner of the repository or its owner has the label '\(label.value)', and those of the "
              + "whole server are not shown")
          continue
        }
        let guess = nearest(to: label.value, in: known.map(\.pattern))
        report.report(
          label.mark, "no runner has the label '\(label.value)'",
          hint: guess.map { "did you mean '\($0)'?" })
      }
    }
  }
}
