import Diagnostics
import MarkedYAML

enum GiteaWorkflowRun: FileRule {
  static let about = RuleAbout(
    "gitea-workflow-run", .error,
    summary: "`workflow_run` never fires on this Gitea.",
    why: """
      Gitea before 1.25 registers such a workflow and starts it for nothing. A promotion that hangs on \
      it simply never happens, and no check turns red.
      """,
    advice: """
      Put both into one file with `needs`, or let a job ask for the statuses of its commit. List the \
      rule under `lint.policies` to keep it after an upgrade.
      """,
    bad: [
      """
      ==> on gitea=1.24
      ==> .gitea/workflows/ci.yml
      name: Promote
      on:
        workflow_run: {workflows: [Build]}  # ← here
      jobs:
        promote: {runs-on: linux, steps: [{run: make promote}]}
      """
    ],
    good: [
      """
      ==> on gitea=1.24
      ==> .gitea/workflows/ci.yml
      name: Build
      on: push
      jobs:
        build: {runs-on: linux, steps: [{run: make}]}
        promote: {needs: build, runs-on: linux, steps: [{run: make promote}]}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    guard let trigger = file.workflow.trigger("workflow_run") else { return }
    let targets = file.targets.filter {
      !Events.isKnown("workflow_run", to: $0) && $0.forge == .gitea
    }
    if !targets.isEmpty {
      report.report(
        trigger.mark, "\(targets.names) knows no workflow_run: nothing ever starts this by it",
        hint: "one file with 'needs', or a job that asks for the statuses of its commit")
    } else if file.settings.isPolicy(about) {
      report.report(trigger.mark, "house policy: no workflow_run")
    }
  }
}
