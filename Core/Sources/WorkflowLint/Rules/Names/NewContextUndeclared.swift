import Diagnostics
import MarkedYAML

enum NewContextUndeclared: ChangeRule {
  static let about = RuleAbout(
    "new-context-undeclared", .error, facts: [.base],
    summary: "A change adds a status context without saying whether it will be required.",
    why: "A check that nobody decided about is forgotten: it reports for months and gates nothing.",
    advice: """
      Write above the job `# bp-required: yes`, `# bp-required: pending #12`, or `# bp-exempt: why`.
      """,
    bad: [
      """
      ==> base/.gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
        e2e: {runs-on: linux, steps: [{run: make e2e}]}  # ← here
      """
    ],
    good: [
      """
      ==> base/.gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
        # bp-exempt: a report only
        e2e: {runs-on: linux, steps: [{run: make e2e}]}
      """
    ])

  static func check(_ change: LintedChange, _ report: inout FolderReporter) {
    // Without any workflow before, everything is new and nothing is said by that.
    guard !change.base.isEmpty else { return }
    let before = change.base.flatMap { StatusContext.all(in: $0).map(\.pattern) }
    for file in change.head where file.isWorkflow {
      var told: [String] = []
      for context in StatusContext.all(in: file) where !before.contains(context.pattern) {
        guard !told.contains(context.job.id), !isDeclared(context.job, file) else { continue }
        told.append(context.job.id)
        report.report(
          file.source, context.job.mark,
          "'\(context.pattern)' is new, and nothing says whether it will be required",
          hint:
            "'# bp-required: yes', '# bp-required: pending #N' or '# bp-exempt: why' above the job")
      }
    }
  }

  /// A directive on the line of the job, in the three above, or before its first step.
  private static func isDeclared(_ job: Job, _ file: LintedFile) -> Bool {
    let last = job.steps.first?.mark.line ?? job.mark.line
    return (max(1, job.mark.line - 3)...max(last, job.mark.line)).contains { line in
      guard let text = file.source.comments[line]?.text else { return false }
      if text.hasPrefix("bp-exempt:") { return !text.dropFirst(10).trimmed.isEmpty }
      guard text.hasPrefix("bp-required:") else { return false }
      let value = text.dropFirst(12).trimmed
      return value.hasPrefix("yes") || value.hasPrefix("pending #")
    }
  }
}
