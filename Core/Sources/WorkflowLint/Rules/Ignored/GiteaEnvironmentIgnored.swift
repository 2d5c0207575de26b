import Diagnostics
import MarkedYAML

enum GiteaEnvironmentIgnored: FileRule {
  static let about = RuleAbout(
    "gitea-environment-ignored", .warning,
    summary: "The server ignores `environment`: no approval, no environment secrets.",
    why: """
      Gitea and Forgejo read the key and do nothing with it. A production deployment that is thought to \
      wait for an approval does not wait. For an environment whose name begins with `prod` this is an \
      error.
      """,
    advice: """
      Ask for the approval in a step before the deployment, such as a protected tag or an answer of an \
      API, and fail when it is not there.
      """,
    bad: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          environment: production  # ← here
          steps: [{run: make deploy}]
      """
    ],
    good: [
      """
      ==> on github
      ==> .github/workflows/ci.yml
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          environment: production
          steps: [{run: make deploy}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(lacking: .environments)
    guard !targets.isEmpty else { return }
    for job in file.jobs {
      guard let environment = job.environment else { continue }
      let isProduction = environment.value.lowercased().hasPrefix("prod")
      report.report(
        environment.mark,
        "\(targets.names) ignores 'environment': '\(environment.value)' brings no approval and no "
          + "secrets of its own",
        hint: "ask for the approval in a step, and fail without it",
        severity: isProduction ? .error : .warning)
    }
  }
}
