import Diagnostics
import MarkedYAML

enum DuplicateKey: FileRule {
  static let about = RuleAbout(
    "duplicate-key", .error,
    summary: "A key stands twice in one mapping.",
    why: """
      Servers refuse the whole file, while many YAML readers take the last of the two without a word. So \
      a check that reads the file in Python stays green, the workflow is gone, and its required context \
      never reports.
      """,
    advice: "Keep one of the two, or merge them: two `env:` of one step become one.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: make
              env: {A: 1}
              env: {B: 2}  # ← here
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
              env: {A: 1, B: 2}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for case .duplicateKey(let key, let first, let second) in file.problems {
      report.report(
        second, "the key '\(key)' stands here a second time; servers refuse the whole file",
        hint: "keep one, or merge the two", related: [(first, "it first stands here")])
    }
  }
}
