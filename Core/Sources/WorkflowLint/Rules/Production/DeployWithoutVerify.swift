import Diagnostics
import MarkedYAML

enum DeployWithoutVerify: FileRule {
  static let about = RuleAbout(
    "deploy-without-verify", .error, .likely, setting: .production,
    summary: "Nothing asks afterwards which build really runs.",
    why: """
      A control plane that answers 200 has taken the order. Tenants that stay on the old build are found \
      by their customers.
      """,
    advice: """
      Ask every instance for the id of its build, in a loop with a deadline, and compare it with the \
      commit. Other questions than `/buildinfo` and `/version` are declared under \
      `lint.production.verify`.
      """,
    bad: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps: [{run: ./deploy.sh "$GITHUB_SHA"}]  # ← here
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
            - run: ./deploy.sh "$GITHUB_SHA"
            - run: |
                for i in $(seq 60); do
                  [ "$(curl -fs "$URL/buildinfo" | jq -r .git_sha)" = "$GITHUB_SHA" ] && exit 0
                  sleep 5
                done
                exit 1
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts {
      guard let deploy = story.deploys.last else { continue }
      let isVerified = story.acts.contains { act in
        deploy.isBefore(act) && (act.verification?.identifies ?? false)
      }
      // A later job may do it.
      let isVerifiedLater = file.acts.contains { other, later in
        other.needs.contains { $0.value == job.id }
          && later.acts.contains { $0.verification?.identifies ?? false }
      }
      guard !isVerified, !isVerifiedLater else { continue }
      report.report(
        deploy.mark, "nothing asks after '\(deploy.title)' which build really runs",
        hint: "ask each instance for its build id until it is the wanted one")
    }
  }
}
