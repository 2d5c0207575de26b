import Diagnostics
import MarkedYAML

enum GiteaUnknownStepKey: FileRule {
  static let about = RuleAbout(
    "gitea-unknown-step-key", .warning,
    summary: "The server gives this key of a step no meaning.",
    why:
      """
      A key that a server does not know does nothing, silently: steps meant to run side by side run in \
      order.
      """,
    advice: "Remove the key or correct its spelling.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: make
              background: true  # ← here
            - run: make
              continue_on_error: true  # ← here
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
              continue-on-error: true
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (_, step) in file.steps {
      GiteaUnknownKey.check(step.node, Keys.step, .step, file, &report)
    }
  }
}
