import Diagnostics
import MarkedYAML

enum GiteaSubpathUses: FileRule {
  static let about = RuleAbout(
    "gitea-subpath-uses", .note,
    summary: "An action lies in a folder of its repository.",
    why: """
      `owner/repo/path@ref` is fetched from the same place as any other action, which is github.com by \
      default. A mirror must hold the whole repository.
      """,
    advice: "Nothing, when the mirror has it; else name the full address.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps: [{uses: acme/actions/setup@v1}]  # ← here
      """
    ],
    good: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - uses: acme/setup@v1
            - uses: ./actions/setup
            - uses: https://git.example.com/acme/actions/setup@v1
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets.filter { $0.forge != .github }
    guard !targets.isEmpty else { return }
    for (_, step) in file.steps {
      guard let uses = step.uses, let action = step.action, !action.hasPrefix("."),
        !action.has("://"), action.split(separator: "/").count > 2
      else { continue }
      report.report(
        uses.mark, "\(targets.names) fetches the whole of '\(action)' from its host of actions",
        hint: "a mirror must hold that repository")
    }
  }
}
