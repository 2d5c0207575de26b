import Diagnostics
import MarkedYAML

enum CoeOnProdDeploy: FileRule {
  static let about = RuleAbout(
    "coe-on-prod-deploy", .error, setting: .production,
    summary: "A step or job that changes production hides its own failure.",
    why: "A deployment that failed half way ends green, and what comes after it goes on.",
    advice: "Take the mask away. What may fail goes into a step of its own.",
    bad: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: kubectl apply -f prod.yaml
              continue-on-error: true  # ← here
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
            - run: kubectl apply -f prod.yaml
            - run: make notify
              continue-on-error: true
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts where !story.effects.isEmpty {
      if let mask = job.continueOnError, mask.value.lowercased() == "true" {
        report.report(mask.mark, "the job '\(job.title)' changes production and hides its failure")
      }
      for step in Set(story.effects.map(\.step)).sorted() {
        guard let mask = job.steps[step].continueOnError, mask.value.lowercased() == "true" else {
          continue
        }
        report.report(
          mask.mark, "the step '\(job.steps[step].title)' changes production and hides its failure")
      }
    }
  }
}
