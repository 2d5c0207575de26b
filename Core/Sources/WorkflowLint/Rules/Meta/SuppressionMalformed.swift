import Diagnostics
import MarkedYAML

enum SuppressionMalformed: Rule {
  static let about = RuleAbout(
    "suppression-malformed", .error,
    summary: "A comment is to take a finding away, and is not written so that it can.",
    why: """
      A day that is not understood would never come, a rule that does not exist is never found, and \
      without brackets nothing is named. Such a comment takes nothing away.
      """,
    advice: "`# pawl: ignore[rule] reason`, or `# pawl: ignore[rule] reason until 2026-12-31`.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: make a
              continue-on-error: true  # pawl: ignore[coe-untracked] advice until 2026-13-45  # ← here
            - run: make b
              continue-on-error: true  # pawl: ignore[coe-untracked] advice until 01.01.2020  # ← here
            - run: make c
              continue-on-error: true  # pawl: ignore[coe-untracked] until 2020-01-01 at latest  # ← here
            - run: make d
              continue-on-error: true  # pawl: ignore[coe-untracked] advice till 2020-01-01  # ← here
            - run: make e
              continue-on-error: true  # pawl: ignore coe-untracked advice only  # ← here
            - run: make f
              continue-on-error: true  # pawl: ignore[coe-untraked] advice only  # ← here
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
            - run: make a
              continue-on-error: true  # pawl: ignore[coe-untracked] advice until the tests are quick
            - run: make b
              continue-on-error: true  # pawl: ignore[coe-untracked] advice until 2099-01-01
      """
    ])
}
