import Diagnostics
import MarkedYAML

enum WorkflowNameSlash: FileRule {
  static let about = RuleAbout(
    "workflow-name-slash", .error, repair: .unsafe,
    summary: "A slash in the name of a workflow makes its status contexts ambiguous.",
    why: """
      A context is `<workflow> / <job> (<event>)`. With a slash in the first part nobody can tell where \
      the workflow ends, and gates that split the context wait for a name that does not exist.
      """,
    advice: "Take the slash out. Required contexts that name the workflow must change with it.",
    bad: [
      """
      name: CI / build  # ← here
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ],
    good: [
      """
      name: CI build
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    guard file.isWorkflow, file.namesContexts, let name = file.workflow.name, name.value.has("/")
    else { return }
    report.report(
      name.mark,
      "'\(name.value)' has a slash; its contexts '\(name.value) / <job> (<event>)' cannot be split",
      hint: "without the slash; required contexts change with the name",
      fix: name.renaming(name.value.withoutSlashes))
  }
}

extension String {
  /// `CI / build` as `CI build`.
  var withoutSlashes: String {
    split(separator: "/").map { String($0.trimmed) }.joined(separator: " ")
  }
}

extension Located<String> {
  /// An unsafe fix, for a value that stands plainly on one line.
  func renaming(_ new: String) -> Fix? {
    value.has("\n") || value.has("${{")
      ? nil : .replace(mark, value.unicodeScalars.count, new, isSafe: false)
  }
}
