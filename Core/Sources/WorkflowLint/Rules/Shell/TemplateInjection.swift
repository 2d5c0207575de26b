import Diagnostics
import MarkedYAML

enum TemplateInjection: FileRule {
  /// What a stranger can choose: titles, bodies, names of branches, messages.
  private static let untrusted = [
    "github.event.issue.title", "github.event.issue.body", "github.event.pull_request.title",
    "github.event.pull_request.body", "github.event.pull_request.head.ref",
    "github.event.pull_request.head.label", "github.event.comment.body", "github.event.review.body",
    "github.event.review_comment.body", "github.event.head_commit.message",
    "github.event.head_commit.author.name", "github.event.head_commit.author.email",
    "github.head_ref", "github.event.workflow_run.head_branch", "github.event.discussion.title",
    "github.event.discussion.body",
  ]

  static let about = RuleAbout(
    "template-injection", .error,
    summary: "Text that a stranger chooses is pasted into a script.",
    why: """
      The runner replaces the expression before the shell reads the script, so a title can hold commands. \
      What is typed into the form of a manual start does the same to whoever mistypes: a warning.
      """,
    advice:
      "Hand it over by `env` and write `\"$TITLE\"`. zizmor and actionlint know more of these.",
    bad: [
      """
      name: CI
      on: pull_request
      jobs:
        test:
          runs-on: linux
          steps:
            - run: echo "${{ github.event.pull_request.title }}"  # ← here
      """,
      """
      name: Promote
      on:
        push:
        workflow_dispatch: {inputs: {sha: {required: true}}}
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: crane tag "app:staging-${{ github.event.inputs.sha }}" latest  # ← here
      """,
    ],
    good: [
      """
      name: CI
      on: pull_request
      jobs:
        test:
          runs-on: linux
          steps:
            - run: echo "$TITLE ${{ github.event.pull_request.number }}"
              env: {TITLE: "${{ github.event.pull_request.title }}"}
      """,
      """
      name: Promote
      on:
        push:
        workflow_dispatch:
          inputs:
            sha: {required: true}
            dry: {type: boolean}
            ring: {type: choice, options: [canary, all]}
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: ./promote "$SHA" "${{ github.event.inputs.ring }}" "${{ inputs.dry }}"
              env: {SHA: "${{ github.event.inputs.sha }}"}
      """,
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let typed = typedInputs(of: file.workflow)
    for (_, step) in file.steps {
      if let script = step.run {
        for found in Interpolation.all(in: script.text) {
          tell(found, typed, script.mark(at: found.range.lowerBound), &report)
        }
      }
      if step.action?.hasSuffix("actions/github-script") ?? false, let script = step.with("script")
      {
        for found in Interpolation.all(in: script.value) {
          tell(found, typed, script.mark, &report)
        }
      }
    }
  }

  /// The inputs that are typed by hand. One of a list, or yes or no, holds no commands.
  private static func typedInputs(of workflow: Workflow) -> [String] {
    let inputs = workflow.trigger("workflow_dispatch")?.options?["inputs"]?.entries ?? []
    return inputs.filter { ["", "string"].contains($0.value["type"]?.text ?? "") }
      .flatMap { ["github.event.inputs.\($0.key)", "inputs.\($0.key)"] }
  }

  private static func tell(
    _ found: Interpolation, _ typed: [String], _ mark: YAMLMark, _ report: inout Reporter
  ) {
    guard let expression = found.expression, expression.calls.isEmpty else { return }
    if let path = expression.paths.first(where: { untrusted.contains($0) }) {
      report.report(
        mark, "a stranger chooses '\(path)', and it is pasted into the script",
        hint: "hand it over by env")
    } else if let path = expression.paths.first(where: { typed.contains($0) }) {
      report.report(
        mark, "'\(path)' is typed by hand, and it is pasted into the script",
        hint: "hand it over by env", severity: .warning)
    }
  }
}
