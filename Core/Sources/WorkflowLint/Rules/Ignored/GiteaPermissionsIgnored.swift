import Diagnostics
import MarkedYAML

enum GiteaPermissionsIgnored: FileRule {
  static let about = RuleAbout(
    "gitea-permissions-ignored", .note,
    summary: "The server ignores `permissions`.",
    why: """
      Gitea before 1.26 and Forgejo give the job its usual token whatever is written. In a file that \
      `pull_request_target` starts this is an error: the block looks like the guard, and there is none.
      """,
    advice: "Give such jobs no secrets, and do not check out the head of the pull request in them.",
    bad: [
      """
      ==> on gitea=1.25
      ==> .gitea/workflows/ci.yml
      name: Label
      on: pull_request_target
      permissions: {}  # ← here
      jobs:
        label: {runs-on: linux, steps: [{run: make label}]}
      """
    ],
    good: [
      """
      ==> on gitea=1.26
      ==> .gitea/workflows/ci.yml
      name: Label
      on: pull_request_target
      permissions: {}
      jobs:
        label: {runs-on: linux, steps: [{run: make label}]}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(lacking: .permissions)
    guard !targets.isEmpty else { return }
    let isExposed = file.workflow.trigger("pull_request_target") != nil
    for entry in [file.workflow.permissions] + file.jobs.map(\.permissions) {
      guard let entry else { continue }
      let isNarrow =
        entry.value.text == "read-all"
        || entry.value.entries.allSatisfy { $0.value.text != "write" }
      report.report(
        entry.keyMark,
        "\(targets.names) ignores 'permissions': the job has its usual token"
          + (isExposed && isNarrow ? ", and a stranger's pull request starts it" : ""),
        severity: isExposed && isNarrow ? .error : .note)
    }
  }
}
