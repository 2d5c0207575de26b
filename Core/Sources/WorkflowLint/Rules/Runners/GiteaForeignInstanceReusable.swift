import Diagnostics
import MarkedYAML

enum GiteaForeignInstanceReusable: FileRule {
  static let about = RuleAbout(
    "gitea-foreign-instance-reusable", .error,
    summary: "A reusable workflow on another server is no longer run.",
    why: "Gitea 1.27 expands reusable workflows itself and reads only its own repositories.",
    advice: "Mirror the repository, and name it without an address.",
    bad: [
      """
      ==> on gitea=1.27
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        shared:
          uses: https://git.example.com/acme/shared/.gitea/workflows/test.yml@main  # ← here
      """
    ],
    good: [
      """
      ==> on gitea=1.26
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        shared:
          uses: https://git.example.com/acme/shared/.gitea/workflows/test.yml@main
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(lacking: .foreignReusable).filter {
      $0.version != nil || $0.forge == .github
    }
    guard !targets.isEmpty else { return }
    for job in file.jobs {
      guard let uses = job.uses, uses.value.has("://") else { continue }
      report.report(
        uses.mark, "\(targets.names) runs no reusable workflow of another server",
        hint: "mirror the repository")
    }
  }
}
