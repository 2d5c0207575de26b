import Diagnostics
import MarkedYAML

enum PromoteGroupPerSha: FileRule {
  static let about = RuleAbout(
    "promote-group-per-sha", .warning,
    summary: "Promotions are serialised for each commit, so those of two commits race.",
    why: """
      The group keeps a commit from being promoted twice at once, which does no harm, and lets two \
      commits move one tag at once, which does.
      """,
    advice: "Name the group after what is moved: `promote-app-latest`.",
    bad: [
      """
      name: Promote
      on: push
      concurrency: promote-${{ github.sha }}  # ← here
      jobs:
        promote:
          runs-on: linux
          steps: [{run: 'crane tag "app@$DIGEST" latest'}]
      """
    ],
    good: [
      """
      name: Promote
      on: push
      concurrency: promote-app-latest
      jobs:
        promote:
          runs-on: linux
          steps: [{run: 'crane tag "app@$DIGEST" latest'}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts where !story.promotions.isEmpty || !story.deploys.isEmpty {
      for group in [job.concurrency?.group, file.workflow.concurrency?.group] {
        guard let group, let path = SharedGroup.perRun(group.value, of: file.workflow) else {
          continue
        }
        report.report(
          group.mark,
          "the group holds '\(path)', which is another one for every commit: two commits move one "
            + "tag at once",
          hint: "name the group after what is moved")
      }
    }
  }
}
