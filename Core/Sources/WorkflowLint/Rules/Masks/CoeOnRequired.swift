import Diagnostics
import MarkedYAML

enum CoeOnRequired: FileRule {
  static let about = RuleAbout(
    "coe-on-required", .error, facts: [.requiredContexts],
    summary: "A required check hides its own failure.",
    why: "The check is what a merge waits for, and the mask turns its red into green.",
    advice: "Split the job: a required one without a mask, an advisory one that nothing waits for.",
    bad: [
      """
      ==> facts.yaml
      required-contexts: ["CI / test (push)"]
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          continue-on-error: true  # ← here
          steps: [{run: make}]
      """
    ],
    good: [
      """
      ==> facts.yaml
      required-contexts: ["CI / test (push)"]
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
        advice:
          runs-on: linux
          continue-on-error: true
          steps: [{run: make advice}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let required = file.facts.requiredContexts.value ?? []
    let contexts = StatusContext.all(in: file)
    for mask in Mask.jobs(in: file) {
      let met = contexts.first { context in
        context.job.id == mask.job.id
          && required.contains { StatusContext.matches($0, context.pattern) }
      }
      guard let met else { continue }
      report.report(
        mask.mark,
        "'\(met.pattern)' is required, and \(mask.subject) turns its failure into success")
    }
  }
}
