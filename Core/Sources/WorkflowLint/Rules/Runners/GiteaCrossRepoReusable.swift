import Diagnostics
import MarkedYAML

enum GiteaCrossRepoReusable: FileRule {
  static let about = RuleAbout(
    "gitea-cross-repo-reusable", .error,
    summary: "A reusable workflow of another repository is looked for on github.com.",
    why: """
      `owner/repo/path@ref` resolves where the server's `DEFAULT_ACTIONS_URL` points, which is \
      github.com unless it says `self`. When the organisation there is suspended, or never existed, the \
      job ends with 404.
      """,
    advice:
      "Use a file of this repository, or let the server look at itself and say so with a suppression.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        shared:
          uses: acme/shared/.gitea/workflows/test.yml@main  # ← here
      """
    ],
    good: [
      """
      name: CI
      on: push
      jobs:
        shared:
          uses: ./.gitea/workflows/test.yml
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(lacking: .ownCrossRepository)
    guard !targets.isEmpty else { return }
    for job in file.jobs {
      guard let uses = job.uses, !uses.value.hasPrefix("./"), !uses.value.has("://"),
        !uses.value.has("${{")
      else { continue }
      report.report(
        uses.mark,
        "\(targets.names) looks for '\(uses.value)' on github.com, unless its "
          + "DEFAULT_ACTIONS_URL says 'self'",
        hint: "a file of this repository: './…'")
    }
  }
}
