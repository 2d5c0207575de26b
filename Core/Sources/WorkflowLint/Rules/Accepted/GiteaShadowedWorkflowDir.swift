import Diagnostics
import MarkedYAML

enum GiteaShadowedWorkflowDir: FolderRule {
  static let about = RuleAbout(
    "gitea-shadowed-workflow-dir", .warning,
    summary: "The server never reads this folder, because another one exists.",
    why: """
      Gitea reads `.gitea/workflows`, and `.github/workflows` only when the first does not exist at all: \
      it chooses a folder, not files. Forgejo does the same with `.forgejo/workflows` in front.
      """,
    advice:
      "Move the files into the folder that is read, or name the server of each folder with `--target`.",
    bad: [
      """
      ==> on gitea=1.26
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      ==> .github/workflows/release.yml
      name: Release  # ← here
      on: push
      jobs:
        release: {runs-on: linux, steps: [{run: make release}]}
      """
    ],
    good: [
      """
      ==> on gitea=1.26
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      ==> .gitea/workflows/release.yml
      name: Release
      on: push
      jobs:
        release: {runs-on: linux, steps: [{run: make release}]}
      """
    ])

  static func check(_ folder: LintedFolder, _ report: inout FolderReporter) {
    for target in folder.targets {
      // Folders beside this one, under the same root of a repository.
      guard let own = target.forge.folders.first(where: { folder.path.hasSuffix($0) }) else {
        continue
      }
      let root = folder.path.dropLast(own.count)
      guard let read = target.forge.folders.first(where: { folder.folders.contains(root + $0) }),
        read != own
      else { continue }
      for file in folder.files {
        report.report(
          file.source, .start, "\(target.name) reads \(read) and never \(own): this never runs",
          hint: "move it there")
      }
    }
  }
}
