import Diagnostics
import MarkedYAML

enum ContextSetShrink: ChangeRule {
  static let about = RuleAbout(
    "context-set-shrink", .error, facts: [.base],
    summary: "A change takes a check away, for an event it ran on before.",
    why: """
      Everything stays green, since what does not run does not fail. A type removed from `on`, a job \
      deleted or renamed: the lane is gone, and nobody decided that.
      """,
    advice: """
      Say so in the file: `# context-removed: CI / e2e (push): moved to nightly`. The line can go with \
      the next change.
      """,
    bad: [
      """
      ==> base/.gitea/workflows/ci.yml
      name: CI
      on: [push, pull_request]
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      ==> .gitea/workflows/ci.yml
      name: CI
      on: [push]  # ← here
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ],
    good: [
      """
      ==> base/.gitea/workflows/ci.yml
      name: CI
      on: [push, pull_request]
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      ==> .gitea/workflows/ci.yml
      # context-removed: CI / test (pull_request): the merge queue runs it
      name: CI
      on: [push]
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ])

  static func check(_ change: LintedChange, _ report: inout FolderReporter) {
    let after = change.head.flatMap { StatusContext.all(in: $0).map(\.pattern) }
    let waived = change.head.flatMap { file in
      file.source.comments.values.filter { $0.text.hasPrefix("context-removed:") }
        .map { String($0.text.dropFirst(16).trimmed) }
    }
    for file in change.base where file.isWorkflow {
      var told: [String] = []
      for context in StatusContext.all(in: file) where !after.contains(context.pattern) {
        guard !told.contains(context.pattern),
          !waived.contains(where: { $0.hasPrefix(context.pattern) && $0 != context.pattern })
        else { continue }
        told.append(context.pattern)
        tell(context.pattern, file, change, &report)
      }
    }
  }

  private static func tell(
    _ context: String, _ file: LintedFile, _ change: LintedChange, _ report: inout FolderReporter
  ) {
    let message = "'\(context)' was reported before this change and is no longer"
    let hint = "'# context-removed: \(context): why' when that is meant"
    if let head = change.head(file.workflow.path) {
      report.report(head.source, head.workflow.on?.keyMark ?? .start, message, hint: hint)
    } else {
      report.report(file: file.workflow.path, message, hint: hint)
    }
  }
}
