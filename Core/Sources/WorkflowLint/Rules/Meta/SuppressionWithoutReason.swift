import Diagnostics
import MarkedYAML

enum SuppressionWithoutReason: Rule {
  static let about = RuleAbout(
    "suppression-without-reason", .warning,
    summary: "A comment takes a finding away and does not say why.",
    why: "Such a comment takes nothing away: the finding is still reported, and so is the comment.",
    advice:
      "`# pawl: ignore[rule] reason`, with `until 2026-12-31` behind it when it is not for ever.",
    bad: [
      """
      name: CI / build
      on: push
      jobs:
        test:
          runs-on: linux
          steps: [{run: make, continue-on-error: true}]  # pawl: ignore[coe-untracked]  # ← here
      """
    ],
    good: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps: [{run: make, continue-on-error: true}]  # pawl: ignore[coe-untracked] advice only
      """
    ])
}
