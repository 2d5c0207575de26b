import Diagnostics
import MarkedYAML

enum GiteaDynamicMatrix: FileRule {
  static let about = RuleAbout(
    "gitea-dynamic-matrix", .error,
    summary: "The matrix is an expression, and Gitea runs the job once with empty values.",
    why: "Gitea takes the matrix apart when it reads the file, before any expression has a value.",
    advice: "Write the list out, and skip inside the job what is not wanted.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        plan: {runs-on: linux, steps: [{run: make plan}]}
        test:
          needs: plan
          strategy:
            matrix: ${{ fromJSON(needs.plan.outputs.matrix) }}  # ← here
          runs-on: linux
          steps: [{run: make}]
      """
    ],
    good: [
      """
      name: CI
      on: push
      jobs:
        test:
          strategy:
            matrix: {os: [linux, arm]}
          runs-on: ${{ matrix.os }}
          steps: [{run: make}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(lacking: .dynamicMatrix)
    guard !targets.isEmpty else { return }
    for job in file.jobs {
      guard let matrix = job.matrix else { continue }
      let values = [matrix.value] + matrix.value.entries.map(\.value)
      for value in values where value.text?.has("${{") ?? false {
        report.report(
          value.mark,
          "\(targets.names) reads the matrix before expressions have values: '\(job.title)' runs "
            + "once, with nothing in it",
          hint: "write the list out")
      }
    }
  }
}
