import Diagnostics
import MarkedYAML

enum GiteaStepCoeExpression: FileRule {
  static let about = RuleAbout(
    "gitea-step-coe-expression", .error,
    summary: "A step's `continue-on-error` is an expression, and Gitea cannot create the run.",
    why:
      """
      Gitea reads the key of a step as true or false. Anything else fails the parsing of the job, so \
      there is no run.
      """,
    advice: "Write two steps with opposite `if`, one of which says `continue-on-error: true`.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: make
              continue-on-error: ${{ matrix.experimental }}  # ← here
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
            - run: make
              if: ${{ !matrix.experimental }}
            - run: make
              if: ${{ matrix.experimental }}
              continue-on-error: true
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(lacking: .stepMaskExpression)
    guard !targets.isEmpty, file.isWorkflow else { return }
    for (_, step) in file.steps {
      guard let mask = step.continueOnError, mask.value.has("${{") else { continue }
      report.report(
        mask.mark,
        "\(targets.names) needs true or false here; with an expression the job is not parsed and "
          + "no run is created",
        hint: "two steps with opposite 'if'")
    }
  }
}
