import Diagnostics
import MarkedYAML

enum TokenFallbackChain: FileRule {
  static let about = RuleAbout(
    "token-fallback-chain", .note,
    summary: "One credential stands in for another when that is missing.",
    why: """
      The job then runs with rights that nobody chose, and goes on doing so when the first secret \
      expires. Nobody can say which of them production depends on.
      """,
    advice: "One credential for one purpose; fail when it is empty.",
    bad: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          env:
            TOKEN: ${{ secrets.CONTROL || secrets.SYNC }}  # ← here
          steps: [{run: make deploy}]
      """
    ],
    good: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          env:
            TOKEN: ${{ secrets.CONTROL }}
          steps: [{run: 'test -n "$TOKEN" && make deploy'}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    file.eachExpression { expression, mark in
      let names = expression.alternatives.compactMap(\.path).filter { $0.hasPrefix("secrets.") }
      guard names.count > 1 else { return }
      report.report(
        mark, "\(listed(names)) stand in for each other: nobody can say which one is used",
        hint: "one credential for one purpose; fail when it is empty")
    }
  }
}
