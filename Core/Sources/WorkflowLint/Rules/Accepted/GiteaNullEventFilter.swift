import Diagnostics
import MarkedYAML

enum GiteaNullEventFilter: FileRule {
  private static let filters = [
    "branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore", "types",
  ]

  static let about = RuleAbout(
    "gitea-null-event-filter", .error, repair: .safe,
    summary: "A filter of an event has no value, and Gitea drops the whole file.",
    why: "Gitea's event parser refuses an empty `branches:`. GitHub takes it as not written.",
    advice: "Remove the key, or write the patterns that were meant.",
    bad: [
      """
      name: CI
      on:
        push:
          branches:  # ← here
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ],
    good: [
      """
      name: CI
      on:
        push:
          branches: [main]
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(lacking: .emptyFilter)
    guard !targets.isEmpty else { return }
    for trigger in file.workflow.triggers {
      for entry in trigger.options?.entries ?? [] where filters.contains(entry.key) {
        guard entry.value.isNothing else { continue }
        let line = entry.keyMark.line
        let isAlone = file.source.line(line)?.trimmed.hasPrefix(entry.key) ?? false
        report.report(
          entry.keyMark,
          "\(targets.names) cannot parse '\(entry.key)' without a value and drops the whole file",
          hint: "remove the key, or write what was meant",
          fix: isAlone ? .removeLines(line, line, isSafe: true) : nil)
      }
    }
  }
}
