import Diagnostics
import MarkedYAML

enum ContextDuplicate: FolderRule {
  static let about = RuleAbout(
    "context-duplicate", .error,
    summary: "Two jobs report under the same status context.",
    why: "The later of the two decides, so a failure of the other disappears.",
    advice: "Give the jobs distinct names; put every axis of a matrix into the name.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        a: {name: build, runs-on: linux, steps: [{run: make a}]}
        b: {name: build, runs-on: linux, steps: [{run: make b}]}  # ← here
      """,
      """
      name: CI
      on: push
      jobs:
        test:
          name: test  # ← here
          strategy: {matrix: {os: [linux, arm]}}
          runs-on: ${{ matrix.os }}
          steps: [{run: make}]
      """,
    ],
    good: [
      """
      name: CI
      on: push
      jobs:
        a: {name: build a, runs-on: linux, steps: [{run: make a}]}
        test:
          name: test ${{ matrix.os }}
          strategy: {matrix: {os: [linux, arm]}}
          runs-on: ${{ matrix.os }}
          steps: [{run: make}]
      """
    ])

  static func check(_ folder: LintedFolder, _ report: inout FolderReporter) {
    var seen: [String: (source: SourceText, mark: YAMLMark)] = [:]
    for file in folder.files {
      for job in file.jobs where job.uses == nil {
        checkMatrix(job, file, &report)
        let name = StatusContext(workflow: file.workflow, job: job).prefix
        guard !name.has("${{") else { continue }
        let mark = job.name?.mark ?? job.mark
        if let first = seen[name], first.source.path == file.source.path {
          report.report(
            file.source, mark, "'\(name)' is reported by two jobs; the later decides",
            hint: "give each its own name",
            related: [(first.source, first.mark, "the other one stands here")])
        } else {
          seen[name] = (file.source, mark)
        }
      }
    }
  }

  /// A name without a matrix in it, for a job that the matrix makes several of.
  private static func checkMatrix(
    _ job: Job, _ file: LintedFile, _ report: inout FolderReporter
  ) {
    guard let matrix = job.matrix, let name = job.name, !name.value.has("${{") else { return }
    let sizes = matrix.value.entries.filter { $0.key != "include" && $0.key != "exclude" }
      .map { $0.value.items.count }
    let included = matrix.value["include"]?.items.count ?? 0
    let isSeveral = sizes.contains { $0 > 1 } || sizes.isEmpty && included > 1
    // GitHub adds the values of the matrix to the name by itself.
    guard isSeveral, file.targets.contains(where: { $0.forge != .github }) else { return }
    report.report(
      file.source, name.mark,
      "every job of the matrix reports as '\(StatusContext(workflow: file.workflow, job: job).prefix)'",
      hint: "put the matrix into the name: '\(name.value) ${{ matrix.… }}'")
  }
}
