import Diagnostics
import MarkedYAML

enum ProdKillSwitchCosmetic: FileRule {
  static let about = RuleAbout(
    "prod-kill-switch-cosmetic", .warning, .likely, setting: .production,
    summary: "The kill switch is read, and the deployment does not depend on it.",
    why: "A step that prints `disabled` and ends with 0 has stopped itself. The next step deploys.",
    advice:
      """
      Test the switch in the step that deploys, or let the first step fail or give an output that the \
      other's `if` reads.
      """,
    bad: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: |
                if [ "$DEPLOY_DISABLED" = true ]; then  # ← here
                  echo "disabled"
                  exit 0
                fi
            - run: ./deploy.sh "$GITHUB_SHA"
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
            - run: |
                if [ "$DEPLOY_DISABLED" = true ]; then
                  echo "disabled"
                  exit 0
                fi
                ./deploy.sh "$GITHUB_SHA"
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts {
      let switches = story.acts.filter(\.isKillSwitch)
      guard let first = switches.first else { continue }
      for deploy in story.deploys
      where story.guards(of: deploy, in: job, \.isKillSwitch).isEmpty {
        report.report(
          first.mark, "the kill switch does not keep '\(deploy.title)' from being done",
          hint: "fail here, or test it in the step that deploys",
          related: [(deploy.mark, "this goes on")])
        break
      }
    }
  }
}
