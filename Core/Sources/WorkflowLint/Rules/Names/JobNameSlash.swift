import Diagnostics
import MarkedYAML

enum JobNameSlash: FileRule {
  static let about = RuleAbout(
    "job-name-slash", .warning, repair: .unsafe,
    summary: "A slash in the name of a job makes its status context ambiguous.",
    why:
      "A context is `<workflow> / <job> (<event>)`; whoever splits it at the last slash finds half a job.",
    advice: "Write `+` or a space. Required contexts that name the job must change with it.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          name: lint / test  # ← here
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
          name: lint + test ${{ matrix.a }}/${{ matrix.b }}
          runs-on: linux
          steps: [{run: make}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    guard file.isWorkflow, file.namesContexts else { return }
    for job in file.jobs {
      guard let name = job.name, name.value.has("/"), !name.value.has("${{") else { continue }
      report.report(
        name.mark, "'\(name.value)' has a slash; its status context cannot be split",
        hint: "'+' or a space", fix: name.renaming(name.value.withoutSlashes))
    }
  }
}
