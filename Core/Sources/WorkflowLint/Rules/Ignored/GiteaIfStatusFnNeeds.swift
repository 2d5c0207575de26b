import Diagnostics
import MarkedYAML

enum GiteaIfStatusFnNeeds: FileRule {
  private static let functions = ["failure", "cancelled", "always", "success"]

  static let about = RuleAbout(
    "gitea-if-status-fn-needs", .error,
    summary:
      "With `needs`, an older Gitea runs this job only after success, whatever its `if` says.",
    why: """
      Gitea before 1.23 looks at one form only: exactly `always()`. With `failure()` or `always() && …` \
      the job is skipped when a needed job fails, so the notifier for failures never runs.
      """,
    advice: """
      Put the step with `if: failure()` into the job it is about, or write exactly `if: always()` and test \
      `needs.a.result` inside.
      """,
    bad: [
      """
      ==> on gitea=1.22.6
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
        notify:
          needs: test
          if: failure()  # ← here
          runs-on: linux
          steps: [{run: make notify}]
      """
    ],
    good: [
      """
      ==> on gitea=1.22.6
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
        notify:
          needs: test
          if: always()
          runs-on: linux
          steps: [{run: make notify}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(lacking: .statusFunctionsWithNeeds)
    guard !targets.isEmpty else { return }
    for job in file.jobs where !job.needs.isEmpty {
      guard let condition = job.condition,
        let expression = Interpolation.condition(condition.value),
        expression.calls.contains(where: functions.contains),
        expression != .call("always", []), expression != .call("success", [])
      else { continue }
      report.report(
        condition.mark,
        "\(targets.names) looks at exactly 'always()' only: after a failed or skipped need this job "
          + "is skipped, whatever '\(condition.value)' says",
        hint: "move the step into the needed job, or write 'if: always()' and test needs.*.result")
    }
  }
}
