import Diagnostics
import MarkedYAML

enum GiteaExpressionFunction: FileRule {
  private static let known = [
    "contains", "startswith", "endswith", "format", "join", "tojson", "fromjson", "hashfiles",
    "always", "success", "failure", "cancelled",
  ]

  static let about = RuleAbout(
    "gitea-expression-function", .error,
    summary: "The server has no such function for expressions.",
    why:
      "The expression cannot be evaluated, and the job fails before its first step, or is skipped.",
    advice: "Write it with `&&` and `||`.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          env:
            MODE: ${{ case(github.ref == 'main', 'a', 'b') }}  # ← here
          steps: [{run: make}]
      """
    ],
    good: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          env:
            MODE: ${{ github.ref == 'main' && 'a' || 'b' }}
          steps: [{run: make}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(lacking: .caseFunction)
    file.eachExpression { expression, mark in
      for name in expression.calls where !known.contains(name) {
        let lacking = name == "case" ? targets : file.targets
        guard !lacking.isEmpty else { continue }
        report.report(
          mark, "\(lacking.names) has no function '\(name)' for expressions",
          hint: name == "case" ? "write it with && and ||" : nil)
      }
    }
  }
}
