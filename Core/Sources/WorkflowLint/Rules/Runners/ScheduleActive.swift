import Diagnostics
import MarkedYAML

enum ScheduleActive: FileRule {
  static let about = RuleAbout(
    "schedule-active", .warning, setting: .policy,
    summary: "House policy: no check runs on a schedule alone.",
    why: """
      What runs at night gates nothing during the day: the commit that broke it was released hours \
      before. The rule is off until `lint.policies` lists it.
      """,
    advice: "Run it on pull requests, or as a gate before the promotion.",
    bad: [
      """
      ==> pawl.yaml
      lint: {policies: [schedule-active]}
      ==> .gitea/workflows/ci.yml
      name: E2E
      on:
        schedule: [{cron: '0 3 * * *'}]  # ← here
      jobs:
        e2e: {runs-on: linux, steps: [{run: make e2e}]}
      """
    ],
    good: [
      """
      ==> pawl.yaml
      lint: {policies: [schedule-active]}
      ==> .gitea/workflows/ci.yml
      name: E2E
      on:
        pull_request:
        schedule: [{cron: '0 3 * * *'}]
      jobs:
        e2e: {runs-on: linux, steps: [{run: make e2e}]}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    guard let schedule = file.workflow.trigger("schedule"),
      file.workflow.triggers.allSatisfy({
        $0.event == "schedule" || $0.event == "workflow_dispatch"
      })
    else { return }
    report.report(
      schedule.mark, "house policy: this runs on a schedule alone, and so gates nothing",
      hint: "run it on pull requests, or before the promotion")
  }
}
