import Diagnostics
import MarkedYAML

enum SentinelNeedsIncomplete: FileRule {
  static let about = RuleAbout(
    "sentinel-needs-incomplete", .error, repair: .unsafe,
    summary: "The job that stands for all others does not wait for all of them, or cannot fail.",
    why: """
      Branch protection waits for the one job; a job that it does not need gates nothing. Without `if: \
      always()` it is skipped when a need fails, and skipped counts as success. Without looking at the \
      results it is green whatever they are. The job is called `all-required`, or as `lint.sentinel` \
      says.
      """,
    advice: """
      Need every job of the file, write `if: always()`, and fail unless every `needs.*.result` is \
      `success`. A job that is left out on purpose has `# bp-exempt: why` above it.
      """,
    bad: [
      """
      name: CI
      on: push
      jobs:
        a: {runs-on: linux, steps: [{run: make a}]}
        b: {runs-on: linux, steps: [{run: make b}]}
        all-required:  # ← here
          needs: [a]
          if: always()
          runs-on: linux
          steps:
            - run: test "${{ needs.a.result }}" = success
      """,
      """
      name: CI
      on: push
      jobs:
        a: {runs-on: linux, steps: [{run: make a}]}
        all-required:  # ← here
          needs: [a]
          runs-on: linux
          steps: [{run: echo done}]
      """,
    ],
    good: [
      """
      name: CI
      on: push
      jobs:
        a: {runs-on: linux, steps: [{run: make a}]}
        # bp-exempt: a report only
        b: {runs-on: linux, steps: [{run: make b}]}
        all-required:
          needs: [a]
          if: always()
          runs-on: linux
          steps:
            - run: test "${{ needs.a.result }}" = success
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    guard file.isWorkflow,
      let sentinel = file.jobs.first(where: {
        $0.id == file.settings.sentinel || $0.name?.value == file.settings.sentinel
      })
    else { return }
    let missing = file.jobs.filter { job in
      job.id != sentinel.id && !sentinel.needs.contains { $0.value == job.id }
        && !job.needs.contains { $0.value == sentinel.id } && !isExempt(job, file)
    }
    if !missing.isEmpty {
      report.report(
        sentinel.mark,
        "'\(sentinel.title)' does not need \(listed(missing.map { "'\($0.id)'" })): their failure "
          + "stops nothing",
        hint: "add them to 'needs', or '# bp-exempt: why' above the job",
        related: missing.map { ($0.mark, "this job is not waited for") },
        fix: fix(sentinel, missing.map(\.id), file.source))
    }
    let runsAlways =
      Interpolation.condition(sentinel.condition?.value ?? "")?.calls
      .contains("always") ?? false
    if !runsAlways {
      report.report(
        sentinel.condition?.mark ?? sentinel.mark,
        "'\(sentinel.title)' has no 'if: always()': after a failed need it is skipped, and skipped "
          + "counts as success")
    } else if !looksAtResults(sentinel) {
      report.report(
        sentinel.mark,
        "'\(sentinel.title)' never looks at needs.*.result: it is green whatever they are"
      )
    }
  }

  /// For `needs: [a, b]` on one line.
  private static func fix(_ sentinel: Job, _ missing: [String], _ source: SourceText) -> Fix? {
    guard let last = sentinel.needs.last, let line = source.line(last.mark.line) else { return nil }
    let rest = line.unicodeScalars.dropFirst(last.mark.column - 1)
    guard rest.starts(with: (last.value + "]").unicodeScalars) else { return nil }
    let end = YAMLMark(
      line: last.mark.line, column: last.mark.column + last.value.unicodeScalars.count)
    return .replace(end, to: end, missing.map { ", \($0)" }.joined(), isSafe: false)
  }

  private static func isExempt(_ job: Job, _ file: LintedFile) -> Bool {
    (max(1, job.mark.line - 3)...job.mark.line).contains { line in
      file.source.comments[line]?.text.hasPrefix("bp-exempt:") ?? false
    }
  }

  private static func looksAtResults(_ sentinel: Job) -> Bool {
    sentinel.steps.contains { step in
      let texts =
        [step.run?.text ?? "", step.condition?.value ?? ""] + step.env.map(\.value.value)
        + step.with.map(\.value.value)
      return texts.contains { $0.has("needs.") || $0.has("needs)") }
        || step.run?.text.has("statuses") ?? false
    } || sentinel.env.contains { $0.value.value.has("needs") }
  }
}
