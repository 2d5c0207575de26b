import Diagnostics
import MarkedYAML

enum GiteaDispatchInputs: FileRule {
  static let about = RuleAbout(
    "gitea-dispatch-inputs", .error, repair: .unsafe,
    summary: "Inputs of `workflow_dispatch` make an older Gitea drop the whole file.",
    why: """
      The event parser of Gitea before 1.23 does not know a mapping there, and a file with an event it \
      cannot parse is dropped with all its other events. A package once stopped being published for \
      weeks because its push trigger stood in such a file.
      """,
    advice: """
      Write `workflow_dispatch:` without inputs and read a repository variable instead, or upgrade the \
      server. List the rule under `lint.policies` to keep it after the upgrade.
      """,
    bad: [
      """
      ==> on gitea=1.22.6
      ==> .gitea/workflows/ci.yml
      name: Publish
      on:
        push: {tags: ['v*']}
        workflow_dispatch:
          inputs:  # ← here
            sha: {description: commit}
      jobs:
        publish: {runs-on: linux, steps: [{run: make publish}]}
      """
    ],
    good: [
      """
      ==> on gitea=1.22.6
      ==> .gitea/workflows/ci.yml
      name: Publish
      on:
        push: {tags: ['v*']}
        workflow_dispatch:
      jobs:
        publish: {runs-on: linux, steps: [{run: make publish}]}
      """,
      """
      ==> on gitea=1.26
      ==> .gitea/workflows/ci.yml
      name: Publish
      on:
        workflow_dispatch:
          inputs:
            sha: {description: commit}
      jobs:
        publish: {runs-on: linux, steps: [{run: make publish}]}
      """,
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    guard let inputs = file.workflow.trigger("workflow_dispatch")?.options?.entry("inputs"),
      !inputs.value.entries.isEmpty
    else { return }
    let targets = file.targets(lacking: .dispatchInputs)
    if !targets.isEmpty {
      report.report(
        inputs.keyMark,
        "\(targets.names) cannot parse inputs of workflow_dispatch and drops the whole file, "
          + "its other triggers too",
        hint: "remove the inputs and read a variable, such as vars.PIN_TAG",
        fix: .remove(inputs, in: file.source, isSafe: false))
    } else if file.settings.isPolicy(about) {
      report.report(inputs.keyMark, "house policy: no inputs of workflow_dispatch")
    }
  }
}
