import Diagnostics
import MarkedYAML

enum RequiredContextPhantom: FolderRule {
  static let about = RuleAbout(
    "required-context-phantom", .error, facts: [.requiredContexts],
    summary: "A required context is reported by no job.",
    why:
      "It stays pending for ever, so nothing can be merged: usually a job was renamed and the list was not.",
    advice: "Rename both in one change.",
    bad: [
      """
      ==> facts.yaml
      required-contexts: ["CI / lint (pull_request)"]
      ==> .gitea/workflows/ci.yml
      name: CI  # ← here
      on: pull_request
      jobs:
        lint: {name: Lint, runs-on: linux, steps: [{run: make lint}]}
      """
    ],
    good: [
      """
      ==> facts.yaml
      required-contexts: ["CI / Lint (pull_request)", "review / approved"]
      ==> .gitea/workflows/ci.yml
      name: CI
      on: pull_request
      jobs:
        lint: {name: Lint, runs-on: linux, steps: [{run: make lint}]}
      """
    ])

  static func check(_ folder: LintedFolder, _ report: inout FolderReporter) {
    guard folder.isRead, folder.unread.isEmpty, let first = folder.files.first else { return }
    let reported = folder.files.flatMap { StatusContext.all(in: $0).map(\.pattern) }
    for context in folder.facts.requiredContexts.value ?? [] {
      // Others than jobs report too, but not in this form.
      guard context.hasSuffix(")"), context.has(" / ") else { continue }
      guard !reported.contains(where: { StatusContext.matches(context, $0) }) else { continue }
      let workflow = context.prefix { $0 != "/" }.trimmed
      let owner = folder.files.first { $0.workflow.name?.value == String(workflow) } ?? first
      report.report(
        owner.source, owner.workflow.name?.mark ?? .start,
        "the required context '\(context)' is reported by no job of \(folder.path)",
        hint: "rename both in one change")
    }
  }
}
