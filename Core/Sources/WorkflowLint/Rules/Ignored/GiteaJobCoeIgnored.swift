import Diagnostics
import MarkedYAML

enum GiteaJobCoeIgnored: FileRule {
  static let about = RuleAbout(
    "gitea-job-coe-ignored", .warning,
    summary: "The server ignores a job's `continue-on-error`.",
    why: """
      Gitea before 1.27 does not hand the key to anybody, and Forgejo has none: a failed job makes the \
      run red. On GitHub and Gitea 1.27 the same line hides the failure, so the file means two things.
      """,
    advice: "Put it on the step, with a tracker; or take the job out of what is required.",
    bad: [
      """
      ==> on gitea=1.25
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
      ==> on gitea=1.25
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps: [{run: make, continue-on-error: true}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(lacking: .jobMask)
    guard !targets.isEmpty else { return }
    for job in file.jobs {
      guard let mask = job.continueOnError, mask.value != "false" else { continue }
      report.report(
        mask.mark, "\(targets.names) ignores a job's continue-on-error: its failure is not hidden",
        hint: "put it on the step")
    }
  }
}
