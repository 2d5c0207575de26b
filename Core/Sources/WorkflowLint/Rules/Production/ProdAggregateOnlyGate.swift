import Diagnostics
import MarkedYAML

enum ProdAggregateOnlyGate: FileRule {
  static let about = RuleAbout(
    "prod-aggregate-only-gate", .warning, .likely,
    summary: "A deployment waits for the one job that stands for all others, and for nothing else.",
    why: """
      The sentinel is green when what it needs is green, and a mask or a missing need makes it green too \
      early. The concrete checks say what they found themselves.
      """,
    advice: "Wait for the named contexts as well.",
    bad: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: ./wait-for-status.sh "CI / all-required (push)"  # ← here
      """
    ],
    good: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: ./wait-for-status.sh "CI / all-required (push)" "E2E / smoke (push)"
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (_, step, script) in file.scripts where script.text.has(file.settings.sentinel) {
      var contexts: [(text: String, mark: YAMLMark)] = []
      script.parsed.eachCommand { command, scene in
        for word in command.words.dropFirst() + command.assignments.map(\.value) {
          for line in word.shape.split(separator: "\n") where isContext(String(line)) {
            contexts.append((String(line.trimmed), script.mark(at: word.offset + scene.base)))
          }
        }
      }
      let levels = step.env.flatMap { $0.value.value.split(separator: "\n").map(String.init) }
      let named = contexts.map(\.text) + levels.filter(isContext)
      guard let first = contexts.first, named.allSatisfy({ $0.has(file.settings.sentinel) }) else {
        continue
      }
      report.report(
        first.mark,
        "this waits for '\(first.text)' alone, which a mask or a missing need turns green",
        hint: "wait for the concrete contexts too")
    }
  }

  /// `CI / test (push)`
  private static func isContext(_ text: String) -> Bool {
    text.trimmed.hasSuffix(")") && text.has(" / ") && text.has(" (")
  }
}
