import Diagnostics
import MarkedYAML

enum GiteaAutoCancelKillsDeploy: FileRule {
  static let about = RuleAbout(
    "gitea-auto-cancel-kills-deploy", .error, setting: .production,
    summary: "A second push cancels this deployment while it runs.",
    why: """
      Gitea 1.21 to 1.25 cancels the running, waiting and blocked runs of the same workflow, branch and \
      event at every push and every update of a pull request. It cannot be switched off. A deployment \
      that is cut off leaves part of the fleet on each side.
      """,
    advice:
      """
      Start deployments by a tag or a schedule that reads the wanted commit, or by hand; or upgrade to \
      1.26.
      """,
    bad: [
      """
      ==> on gitea=1.24
      ==> .gitea/workflows/ci.yml
      name: Deploy
      on:
        push: {branches: [main]}  # ← here
      jobs:
        deploy:
          runs-on: linux
          steps: [{run: kubectl apply -f prod.yaml}]
      """
    ],
    good: [
      """
      ==> on gitea=1.24
      ==> .gitea/workflows/ci.yml
      name: Deploy
      on:
        push: {tags: ['deploy/*']}
      jobs:
        deploy:
          runs-on: linux
          steps: [{run: kubectl apply -f prod.yaml}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(doing: .autoCancel).filter { $0.forge == .gitea }
    guard !targets.isEmpty, let (job, _) = file.acts.first(where: { !$0.1.effects.isEmpty }) else {
      return
    }
    for trigger in file.workflow.triggers where trigger.isBranchPush || trigger.isPullRequest {
      report.report(
        trigger.mark,
        "\(targets.names) cancels the runs of an older push, and with them a running '\(job.title)' "
          + "in the middle of production",
        hint: "start it by a tag, a schedule or by hand", related: [(job.mark, "this job deploys")])
    }
  }
}
