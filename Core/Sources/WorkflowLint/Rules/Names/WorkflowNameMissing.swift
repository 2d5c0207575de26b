import Diagnostics
import MarkedYAML

enum WorkflowNameMissing: FileRule {
  static let about = RuleAbout(
    "workflow-name-missing", .warning, repair: .safe,
    summary: "The workflow has no name, so its contexts have none either.",
    why: """
      On Gitea before 1.27 the context then begins with ` / job`; from 1.27 with the name of the file. \
      So every required context that names it breaks at that upgrade.
      """,
    advice: "Write a `name`.",
    bad: [
      """
      on: push  # ← here
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """,
      """
      {"on": ["push"],  # ← here
        "jobs": {"test": {"runs-on": "linux", "steps": [{"run": "make"}]}}}
      """,
    ],
    good: [
      """
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    guard file.isWorkflow, file.namesContexts, file.workflow.name?.value.isEmpty ?? true,
      file.workflow.root["name"] == nil || file.workflow.root["name"]?.isNothing ?? true,
      // A file that is only called reports under its caller.
      file.workflow.triggers.map(\.event) != ["workflow_call"]
    else { return }
    let mark = file.workflow.root.entries.first?.keyMark ?? .start
    report.report(
      mark,
      "the workflow has no name: its contexts begin with ' / ' on Gitea before 1.27, and with "
        + "'\(file.workflow.fileName)' after",
      hint: "name: \(file.workflow.stem)",
      fix: fix(of: file.workflow, before: mark))
  }

  /// A line before the first key. In `{…}` a line is no entry.
  private static func fix(of workflow: Workflow, before mark: YAMLMark) -> Fix? {
    let line = workflow.source.line(mark.line)
    guard workflow.root["name"] == nil, workflow.root.mark == mark,
      line?.prefix(mark.column - 1).allSatisfy({ $0 == " " }) ?? false
    else { return nil }
    let indent = String(repeating: " ", count: mark.column - 1)
    let name = PlainScalar.text(workflow.stem)
    return .insert(before: mark.line, "\(indent)name: \(name)\n", isSafe: true)
  }
}
