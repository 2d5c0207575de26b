import Diagnostics
import MarkedYAML

enum RequiredPathsFilter: FileRule {
  static let about = RuleAbout(
    "required-paths-filter", .error, repair: .unsafe, facts: [.requiredContexts],
    summary: "A required check has a filter, so some pull requests wait for it for ever.",
    why: """
      When `paths`, `paths-ignore` or `branches` keep a workflow from running, its context stays absent, \
      and absent is pending. A change of the documentation alone can then never be merged. Gitea reports \
      such a check as skipped only after 1.27.0.
      """,
    advice:
      "Take the filter away; let a first job find out what changed, and give the others an `if`.",
    bad: [
      """
      ==> facts.yaml
      required-contexts: ["CI / test (pull_request)"]
      ==> .gitea/workflows/ci.yml
      name: CI
      on:
        pull_request:
          paths: ['**.go']  # ← here
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ],
    good: [
      """
      ==> facts.yaml
      required-contexts: ["CI / test (pull_request)"]
      ==> .gitea/workflows/ci.yml
      name: CI
      on:
        pull_request:
        push:
          paths: ['**.go']
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let required = file.facts.requiredContexts.value ?? []
    let contexts = StatusContext.all(in: file)
    for trigger in file.workflow.triggers where trigger.isPullRequest {
      for key in ["paths", "paths-ignore", "branches", "branches-ignore"] {
        guard let entry = trigger.options?.entry(key) else { continue }
        let met = contexts.first { context in
          context.event == trigger.event
            && required.contains { StatusContext.matches($0, context.pattern) }
        }
        guard let met else { continue }
        let told = file.targets.allSatisfy { $0.does(.skippedRequiredIsReported) == true }
        report.report(
          entry.keyMark,
          "'\(met.pattern)' is required, and '\(key)' keeps it from reporting on other changes: "
            + "they wait for it for ever",
          hint: "no filter; a first job finds out what changed, the others have an 'if'",
          severity: told ? .warning : .error,
          fix: .remove(entry, in: file.source, isSafe: false))
      }
    }
  }
}
