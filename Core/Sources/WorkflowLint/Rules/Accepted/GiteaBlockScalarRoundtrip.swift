import Diagnostics
import MarkedYAML

enum GiteaBlockScalarRoundtrip: FileRule {
  static let about = RuleAbout(
    "gitea-block-scalar-roundtrip", .warning, repair: .safe,
    summary:
      "A script begins with a blank line or deeper indentation, and an older Gitea cannot write it back.",
    why: """
      Gitea before 1.26 writes each job out as YAML again before a runner gets it. A block that begins \
      with a blank line followed by deeper text comes out as something that does not parse, and the run \
      is not created.
      """,
    advice: "Begin the block with its first line of text, at the block's own indentation.",
    bad: [
      """
      ==> on gitea=1.25
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: |  # ← here

                make
      """
    ],
    good: [
      """
      ==> on gitea=1.25
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: |
                make

                make install
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(lacking: .oddBlockScalars)
    guard !targets.isEmpty, file.isWorkflow else { return }
    for (_, _, script) in file.scripts where script.style == .literal {
      guard let first = script.text.first, first == "\n" || first == " " else { continue }
      let blank = script.mark.line + 1
      let isBlank = first == "\n" && file.source.line(blank)?.trimmed.isEmpty == true
      report.report(
        script.mark,
        "\(targets.names) writes this block back so that it does not parse, since it begins with "
          + (isBlank ? "a blank line" : "deeper indentation") + "; the run is not created",
        hint: "begin with the first line of text",
        fix: isBlank ? .removeLines(blank, blank, isSafe: true) : nil)
    }
  }
}
