import Diagnostics
import MarkedYAML

enum ProdMissingOperationalControl: FileRule {
  static let about = RuleAbout(
    "prod-missing-operational-control", .error, .likely, setting: .production,
    summary: "Nobody can stop this deployment, or say what it is to deploy.",
    why: """
      An automatic deployment needs a kill switch that is read when it runs; a manual one needs an input \
      or a variable that names the release, so that it can go back.
      """,
    advice: """
      Read a variable whose name says it, such as `DEPLOY_DISABLED`, before the call: `if [ \
      "$DEPLOY_DISABLED" = true ]; then exit 1; fi`. Other names are declared under \
      `lint.production.kill-switch`.
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
          if: vars.DEPLOY_DISABLED != 'true'
          runs-on: linux
          steps: [{run: ./deploy.sh "$GITHUB_SHA"}]
      """,
      """
      ==> on gitea=1.26
      ==> .gitea/workflows/ci.yml
      name: Redeploy
      on:
        workflow_dispatch: {inputs: {sha: {required: true}}}
      jobs:
        deploy:
          runs-on: linux
          steps: [{run: ./deploy.sh "$SHA", env: {SHA: "${{ inputs.sha }}"}}]
      """,
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    guard file.isWorkflow else { return }
    let isAutomatic = Automatic.isStarted(file.workflow)
    let hasPin = namesRelease(file.workflow)
    for (job, story) in file.acts {
      guard let deploy = story.deploys.first else { continue }
      if isAutomatic, !hasSwitch(story, job, file) {
        report.report(
          deploy.mark, "'\(deploy.title)' runs by itself, and no kill switch is read before it",
          hint: "if [ \"$DEPLOY_DISABLED\" = true ]; then exit 1; fi")
      }
      if Automatic.isManual(file.workflow), !isAutomatic, !hasPin {
        report.report(
          deploy.mark,
          "'\(deploy.title)' is started by hand, and nothing names the release it deploys",
          hint: "an input or a variable with the commit, so that it can go back")
      }
    }
  }

  private static func hasSwitch(_ story: JobStory, _ job: Job, _ file: LintedFile) -> Bool {
    story.acts.contains(where: \.isKillSwitch)
      || file.workflow.ancestors(of: job).contains { need in
        file.acts.contains { $0.id == need.id && $1.acts.contains(where: \.isKillSwitch) }
      }
  }

  private static func namesRelease(_ workflow: Workflow) -> Bool {
    workflow.triggers.contains { !($0.options?["inputs"]?.entries.isEmpty ?? true) }
      || workflow.source.text.has(anyOf: ["vars.PIN", "PIN_TAG", "ROLLBACK", "TARGET_SHA"])
  }
}
