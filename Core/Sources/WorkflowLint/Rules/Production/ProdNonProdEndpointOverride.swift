import Diagnostics
import MarkedYAML

enum ProdNonProdEndpointOverride: FileRule {
  static let about = RuleAbout(
    "prod-non-prod-endpoint-override", .warning, .likely, setting: .production,
    summary: "Where the deployment goes is a variable, and nothing refuses a wrong one.",
    why:
      """
      Somebody sets the variable for a test, and the next release is announced to a place where nobody \
      runs.
      """,
    advice: "Refuse any other host than production's unless `ALLOW_NON_PROD` is `true`.",
    bad: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: curl -X POST "$URL/redeploy-fleet"  # ← here
              env: {URL: "${{ vars.CONTROL_PLANE_URL }}"}
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
                case "$URL" in
                  https://api.example.com) ;;
                  *) [ "$ALLOW_NON_PROD" = true ] || exit 1 ;;
                esac
                curl -X POST "$URL/redeploy-fleet"
              env: {URL: "${{ vars.CONTROL_PLANE_URL }}"}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts {
      for deploy in story.deploys {
        let step = job.steps[deploy.step]
        guard let script = step.run, !script.text.has("ALLOW_NON_PROD"),
          let name = endpoint(deploy, script, file, job, step)
        else { continue }
        report.report(
          deploy.mark, "where this goes is '\(name)', and nothing refuses another host",
          hint: "refuse any other host unless ALLOW_NON_PROD is true")
      }
    }
  }

  /// The repository variable that the address of the call begins with.
  private static func endpoint(
    _ deploy: Act, _ script: Script, _ file: LintedFile, _ job: Job, _ step: Step
  ) -> String? {
    let values = Values([file.workflow.env, job.env, step.env])
    var found: String?
    script.parsed.eachCommand { command, scene in
      guard command.offset + scene.base == deploy.offset else { return }
      for word in command.unwrapped.dropFirst() {
        let text = values.text(of: word)
        guard text.hasPrefix("${{"),
          let path = Interpolation.all(in: text).first?.expression?.paths.first,
          path.hasPrefix("vars.") || path.hasPrefix("inputs.")
        else { continue }
        found = path
      }
    }
    return found
  }
}
