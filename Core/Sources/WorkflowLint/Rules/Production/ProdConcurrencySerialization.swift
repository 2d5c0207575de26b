import Diagnostics
import MarkedYAML

enum ProdConcurrencySerialization: FileRule {
  static let about = RuleAbout(
    "prod-concurrency-serialization", .error, setting: .production,
    summary: "A concurrency group is taken for a queue of deployments, and it is none.",
    why: """
      With `cancel-in-progress: false` the running deployment is spared and every waiting one but the \
      newest is cancelled, on GitHub and on Gitea from 1.26; below, the key is ignored and runs go side \
      by side or are cancelled. So a deployment that somebody waits for never happens. On GitHub `queue: \
      max` keeps them all, and Forgejo queues.
      """,
    advice: """
      Order deployments where they are done: a lock service and a superseded check, or pawl. Name a lock \
      from outside with `# lock: name` beside the group, or under `lint.production.locks`.
      """,
    bad: [
      """
      name: Deploy
      on: push
      concurrency: {group: prod, cancel-in-progress: false}  # ← here
      jobs:
        deploy: {runs-on: linux, steps: [{run: ./deploy.sh}]}
      """
    ],
    good: [
      """
      name: Deploy
      on: push
      concurrency: {group: prod}  # lock: deploy-lock in consul
      jobs:
        deploy: {runs-on: linux, steps: [{run: ./deploy.sh}]}
      """,
      """
      ==> on github
      ==> .github/workflows/ci.yml
      name: Deploy
      on: push
      concurrency: {group: prod, cancel-in-progress: false, queue: max}
      jobs:
        deploy: {runs-on: linux, steps: [{run: ./deploy.sh}]}
      """,
      """
      ==> on forgejo
      ==> .forgejo/workflows/ci.yml
      name: Deploy
      on: push
      concurrency: {group: prod, cancel-in-progress: false}
      jobs:
        deploy: {runs-on: linux, steps: [{run: ./deploy.sh}]}
      """,
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let isDeploying = file.acts.contains { !$0.1.deploys.isEmpty || !$0.1.promotions.isEmpty }
    if isDeploying, let concurrency = file.workflow.concurrency {
      judge(concurrency, file, &report)
    }
    for (job, story) in file.acts where !story.deploys.isEmpty || !story.promotions.isEmpty {
      if let concurrency = job.concurrency { judge(concurrency, file, &report) }
    }
  }

  private static func judge(
    _ concurrency: Concurrency, _ file: LintedFile, _ report: inout Reporter
  ) {
    guard concurrency.cancelInProgress?.value != "true", !isLocked(concurrency, file) else {
      return
    }
    let targets = file.targets.filter { target in
      if target.does(.queueing) == true { return false }
      return !(target.does(.queueMax) == true && concurrency.queue?.value == "max")
    }
    guard !targets.isEmpty else { return }
    let reasons = targets.map { target in
      if target.lacks(.concurrency) {
        return target.does(.autoCancel) == true
          ? "\(target.name) ignores the group and cancels the older run"
          : "\(target.name) ignores the group and runs them side by side"
      }
      return "\(target.name) cancels every waiting run but the newest"
    }
    report.report(
      concurrency.mark, "this is no queue of deployments: \(listed(reasons))",
      hint: "a superseded check before each effect, and order at the sink, as 'pawl deploy' does it"
    )
  }

  /// `# lock: name` within two lines, or a declared program in a script.
  private static func isLocked(_ concurrency: Concurrency, _ file: LintedFile) -> Bool {
    let line = concurrency.mark.line
    let hasComment = (max(1, line - 2)...line + 2).contains { number in
      file.source.comments[number]?.text.hasPrefix("lock:") ?? false
    }
    return hasComment
      || file.scripts.contains { _, _, script in
        script.parsed.commands.contains { command, _ in
          file.settings.production.locks.contains(command.tool ?? "")
        }
      }
  }
}
