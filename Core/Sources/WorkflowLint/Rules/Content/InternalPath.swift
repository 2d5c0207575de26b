import Diagnostics
import MarkedYAML

enum InternalPath: ChangeRule {
  static let about = RuleAbout(
    "internal-path", .error, facts: [.base], setting: .content,
    summary: "A change adds or changes a file that is not for the public.",
    why: """
      Drafts and notes once leaked by the dozen with ordinary commits. Which folders and names those are \
      says `lint.content.internal-paths`.
      """,
    advice: "Put it into the internal repository.",
    bad: [
      """
      ==> pawl.yaml
      lint:
        content: {internal-paths: ["research/**"]}
      ==> base/README.md
      # App
      ==> research/brief.md
      A draft.  # ← here
      """
    ],
    good: [
      """
      ==> pawl.yaml
      lint:
        content: {internal-paths: ["research/**"]}
      ==> base/README.md
      # App
      ==> docs/brief.md
      A page.
      """
    ])

  static func check(_ change: LintedChange, _ report: inout FolderReporter) {
    for file in change.diff.files where file.status != .removed {
      guard let glob = change.settings.content.internalPaths.first(where: { $0.matches(file.path) })
      else { continue }
      report.report(
        file: file.path, "'\(glob)' is not for the public",
        hint: "put it into the internal repository")
    }
  }
}
