import Diagnostics
import MarkedYAML

enum GiteaTimeoutIgnored: FileRule {
  static let about = RuleAbout(
    "gitea-timeout-ignored", .note,
    summary: "The server ignores a job's `timeout-minutes`.",
    why:
      "Gitea before 1.27 ends a job after the three hours of the server and the runner, and not before.",
    advice: "Put the limit into the step: `run: timeout 20m make e2e`.",
    bad: [
      """
      ==> on gitea=1.25
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          timeout-minutes: 10  # ← here
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
          steps: [{run: timeout 10m make}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(lacking: .jobTimeout)
    guard !targets.isEmpty else { return }
    for job in file.jobs {
      guard let timeout = job.timeout else { continue }
      report.report(
        timeout.mark,
        "\(targets.names) ignores a job's timeout-minutes: it may run for the server's three hours",
        hint: "'timeout \(timeout.value)m …' in the step")
    }
  }
}
