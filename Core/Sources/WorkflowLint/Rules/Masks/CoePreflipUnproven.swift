import Diagnostics
import MarkedYAML

enum CoePreflipUnproven: ChangeRule {
  private static let runsWanted = 5
  private static let failures = ["--- FAIL", "FAIL\t", "::error::"]

  static let about = RuleAbout(
    "coe-preflip-unproven", .error, facts: [.base, .runs],
    summary: "A mask is taken away, and the last runs do not show that nothing was behind it.",
    why: """
      Behind a mask a job is green whatever happens. Taking the mask away because the board is green \
      turns the branch red for everybody. The logs of the last five runs must show no failure.
      """,
    advice: "Mend what the logs show, then take the mask away.",
    bad: [
      """
      ==> facts.yaml
      runs:
        - context: CI / test
          results: [{status: success, log: "--- FAIL: TestRollback"}]
      ==> base/.gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, continue-on-error: true, steps: [{run: make}]}
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}  # ← here
      """
    ],
    good: [
      """
      ==> facts.yaml
      runs:
        - context: CI / test
          results:
            - {status: success, log: "ok"}
            - {status: success, log: "ok"}
            - {status: success, log: "ok"}
            - {status: success, log: "ok"}
            - {status: success, log: "ok"}
      ==> base/.gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, continue-on-error: true, steps: [{run: make}]}
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ])

  static func check(_ change: LintedChange, _ report: inout FolderReporter) {
    for file in change.base {
      guard let head = change.head(file.workflow.path) else { continue }
      for job in Mask.removed(from: file, to: head) {
        judge(job, head, change.facts.runs.value ?? [], &report)
      }
    }
  }

  private static func judge(
    _ job: Job, _ file: LintedFile, _ history: [Facts.Runs], _ report: inout FolderReporter
  ) {
    let context = StatusContext(workflow: file.workflow, job: job).prefix
    let runs = history.first { $0.context == context }?.runs.prefix(runsWanted) ?? []
    let hidden = runs.filter { run in run.succeeded && run.log.has(anyOf: failures) }
    if !hidden.isEmpty {
      report.report(
        file.source, job.mark,
        "the mask of '\(job.title)' is taken away, and \(hidden.count) of its last "
          + "\(counted(runs.count, "run")) failed behind it",
        hint: "mend that first")
    } else if runs.count < runsWanted {
      report.report(
        file.source, job.mark,
        "the mask of '\(job.title)' is taken away, and only \(counted(runs.count, "run")) of it "
          + "can be looked at, \(runsWanted) are wanted",
        severity: .warning)
    }
  }
}
