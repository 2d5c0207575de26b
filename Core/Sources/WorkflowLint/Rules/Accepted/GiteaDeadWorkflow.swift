import Diagnostics
import MarkedYAML

enum GiteaDeadWorkflow: FileRule {
  static let about = RuleAbout(
    "gitea-dead-workflow", .error,
    summary: "Nothing can start this workflow on the server.",
    why: """
      None of its events is known to the server, and no other file calls it. It never runs and never \
      reports; a manual redeploy that hangs on `workflow_dispatch` does not exist on Gitea before 1.23.
      """,
    advice: "Start it by an event the server has: a push of a tag such as `ops/*`, or a schedule.",
    bad: [
      """
      ==> on gitea=1.22.6
      ==> .gitea/workflows/ci.yml
      name: Redeploy
      on: workflow_dispatch  # ← here
      jobs:
        redeploy: {runs-on: linux, steps: [{run: make redeploy}]}
      """
    ],
    good: [
      """
      ==> on gitea=1.22.6
      ==> .gitea/workflows/ci.yml
      name: Redeploy
      on:
        push: {tags: ['ops/*']}
      jobs:
        redeploy: {runs-on: linux, steps: [{run: make redeploy}]}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    guard file.isWorkflow else { return }
    guard let on = file.workflow.on else {
      report.report(.start, "there is no 'on': nothing starts this", hint: "write the events")
      return
    }
    guard !file.workflow.triggers.isEmpty else {
      report.report(on.keyMark, "'on' names no event: nothing starts this")
      return
    }
    let targets = file.targets.filter { target in
      !file.workflow.triggers.contains { Events.isKnown($0.event, to: target) }
    }
    guard !targets.isEmpty else { return }
    let events = listed(file.workflow.triggers.map(\.event))
    report.report(
      on.keyMark, "\(targets.names) knows none of the events here (\(events)): nothing starts this",
      hint: "a push of a tag such as 'ops/*', or a schedule")
  }
}
