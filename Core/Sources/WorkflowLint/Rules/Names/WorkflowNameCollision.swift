import Diagnostics
import MarkedYAML

enum WorkflowNameCollision: FolderRule {
  static let about = RuleAbout(
    "workflow-name-collision", .error,
    summary: "Two files of one folder give their workflow the same name.",
    why: """
      Both report under the same contexts, and the later one overwrites the earlier. A red check turns \
      green by the other file's run. Gitea keeps them apart only from 1.27.
      """,
    advice: "Give each its own name.",
    bad: [
      """
      ==> .gitea/workflows/a.yml
      name: Test
      on: push
      jobs:
        unit: {runs-on: linux, steps: [{run: make unit}]}
      ==> .gitea/workflows/b.yml
      name: Test  # ← here
      on: push
      jobs:
        e2e: {runs-on: linux, steps: [{run: make e2e}]}
      """
    ],
    good: [
      """
      ==> .gitea/workflows/a.yml
      name: Test unit
      on: push
      jobs:
        unit: {runs-on: linux, steps: [{run: make unit}]}
      ==> .github/workflows/b.yml
      name: Test unit
      on: push
      jobs:
        e2e: {runs-on: linux, steps: [{run: make e2e}]}
      """
    ])

  static func check(_ folder: LintedFolder, _ report: inout FolderReporter) {
    for (index, file) in folder.files.enumerated() where file.namesContexts {
      guard let name = file.workflow.name else { continue }
      let twin = folder.files[..<index].first { $0.workflow.name?.value == name.value }
      guard let twin, let first = twin.workflow.name else { continue }
      report.report(
        file.source, name.mark,
        "'\(name.value)' is also the name of \(twin.workflow.fileName): their statuses overwrite "
          + "each other",
        hint: "give each its own", related: [(twin.source, first.mark, "it first stands here")])
    }
  }
}
