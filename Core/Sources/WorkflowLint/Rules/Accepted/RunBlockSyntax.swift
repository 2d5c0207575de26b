import Diagnostics
import MarkedYAML

enum RunBlockSyntax: FileRule {
  static let about = RuleAbout(
    "run-block-syntax", .error,
    summary: "No shell accepts this script.",
    why: """
      The step fails when it is reached, not before. In a path that is rarely taken, such as a rollback, \
      that is the worst moment to learn it.
      """,
    advice: "Close what was opened. `${{ … }}` counts as a word, whatever it is replaced by.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: |
                if [ -n "$X" ]; then  # ← here
                  echo "$X"
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
            - run: |
                if [ -n "$X" ]; then
                  echo "${{ github.sha }} it's here"
                fi
                cat <<EOF | sort
                (not a subshell
                EOF
        windows:
          runs-on: ${{ matrix.os }}
          steps:
            - run: if ($env:X) { echo "PowerShell, perhaps" } else { exit 1 }
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (_, _, script) in file.scripts {
      guard script.isShellKnown, let problem = script.parsed.problem else { continue }
      report.report(script.mark(at: problem.offset), "no shell accepts this: \(problem.message)")
    }
  }
}
