import Diagnostics
import MarkedYAML

enum ProdCanaryMissing: FileRule {
  private static let words = [
    "canary", "soak", "batch", "wave", "percent", "stage", "max_unavailable", "ring", "--limit",
  ]

  static let about = RuleAbout(
    "prod-canary-missing", .note, .likely, setting: .production,
    summary: "The whole fleet is told at once.",
    why: "A build that starts and does not work takes every tenant down, instead of one.",
    advice: "One tenant first, a soak, then batches.",
    bad: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps: [{run: 'curl -X POST https://api.example.com/redeploy-fleet'}]  # ← here
      """
    ],
    good: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: curl -X POST https://api.example.com/redeploy-fleet -d "canary=a" -d "batch=3"
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts {
      for deploy in story.deploys {
        let step = job.steps[deploy.step]
        let text = (step.run?.text ?? "") + step.with.map { $0.name + $0.value.value }.joined()
        guard text.lowercased().has("fleet"), !text.lowercased().has(anyOf: words) else { continue }
        report.report(
          deploy.mark, "'\(deploy.title)' tells the whole fleet at once",
          hint: "one tenant first, a soak, then batches")
      }
    }
  }
}
