import Diagnostics
import MarkedYAML

enum GiteaWorkflowCallMap: FileRule {
  static let about = RuleAbout(
    "gitea-workflow-call-map", .error,
    summary:
      "`workflow_call` with inputs beside another event makes an older Gitea drop the whole file.",
    why: """
      Gitea before 1.23 parses every event of a file that is to run, and a mapping with inputs, secrets \
      or outputs under `workflow_call` is not one it knows. The push beside it is lost as well.
      """,
    advice:
      "Split the file: the callable part alone in one, the trigger with `uses: ./…` in another.",
    bad: [
      """
      ==> on gitea=1.22.6
      ==> .gitea/workflows/ci.yml
      name: CI
      on:
        push:
        workflow_call:  # ← here
          inputs: {sha: {type: string}}
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ],
    good: [
      """
      ==> on gitea=1.22.6
      ==> .gitea/workflows/ci.yml
      name: CI
      on:
        push:
        workflow_call:
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    guard let call = file.workflow.trigger("workflow_call"),
      call.has("inputs") || call.has("secrets") || call.has("outputs")
    else { return }
    let targets = file.targets(lacking: .callWithInputs)
    guard !targets.isEmpty else { return }
    let isAlone = file.workflow.triggers.count == 1
    report.report(
      call.mark,
      isAlone
        ? "\(targets.names) cannot parse this workflow_call; nothing but a call starts the file, so "
          + "it still works when it is called"
        : "\(targets.names) cannot parse workflow_call with inputs and drops the whole file, its "
          + "other triggers too",
      hint: isAlone ? nil : "put the callable part into a file of its own",
      severity: isAlone ? .note : .error)
  }
}
