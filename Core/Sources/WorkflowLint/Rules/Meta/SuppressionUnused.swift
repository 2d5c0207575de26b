import Diagnostics
import MarkedYAML

enum SuppressionUnused: Rule {
  static let about = RuleAbout(
    "suppression-unused", .warning,
    summary: "A comment takes a finding away that is not there.",
    why: "It stays behind when the thing is mended, and hides the next one.",
    advice: "Delete the comment.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps: [{run: make}]  # pawl: ignore[coe-untracked] advice only  # ← here
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
