import Diagnostics
import MarkedYAML

enum JobMissingTimeout: FileRule {
  private static let publishing = ["push", "publish", "release", "deploy", "promote"]

  static let about = RuleAbout(
    "job-missing-timeout", .warning, repair: .unsafe,
    summary: "A job that publishes or deploys may hang for hours.",
    why: """
      A push that hangs holds its lane for the server's own limit: six hours on GitHub, three on Gitea. \
      It is an error for the labels of `lint.lanes`, on which every job needs a limit.
      """,
    advice: "`timeout-minutes: 30`; on Gitea before 1.27 `timeout 30m …` in the step.",
    bad: [
      """
      name: Publish
      on: push
      jobs:
        publish:  # ← here
          runs-on: linux
          steps: [{run: make publish}]
      """
    ],
    good: [
      """
      name: Publish
      on: push
      jobs:
        publish:
          runs-on: linux
          timeout-minutes: 30
          steps: [{run: make publish}]
        test: {runs-on: linux, steps: [{run: make test}]}
        release: {runs-on: linux, steps: [{run: timeout 30m make release}]}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    guard file.isWorkflow else { return }
    let isHeeded = file.targets(lacking: .jobTimeout).isEmpty
    for (job, story) in file.acts where job.timeout == nil && job.uses == nil {
      let isLane = file.settings.lanes.contains { lane in
        job.runsOn?.labels.contains { lane.matches($0.value) } ?? false
      }
      guard isLane || publishes(job) || story.isProduction, !isLimited(job) else { continue }
      report.report(
        job.mark,
        "'\(job.title)' has no limit of time: when it hangs it holds its runner for hours",
        hint: isHeeded ? "timeout-minutes: 30" : "'timeout 30m …' in each step",
        severity: isLane ? .error : .warning,
        fix: isHeeded
          ? .insert(first: "timeout-minutes: 30", into: job, isSafe: false) : nil)
    }
  }

  private static func publishes(_ job: Job) -> Bool {
    let words = job.id.lowercased().split { "-_".contains($0) }
    return words.contains { publishing.contains(String($0)) }
  }

  private static func isLimited(_ job: Job) -> Bool {
    !job.steps.isEmpty
      && job.steps.allSatisfy { step in
        step.timeout != nil || step.uses != nil
          || step.run?.parsed.commands.contains { $0.command.program == "timeout" } ?? false
      }
  }
}
