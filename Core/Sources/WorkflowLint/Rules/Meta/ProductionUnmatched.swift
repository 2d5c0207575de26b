import Diagnostics
import MarkedYAML

enum ProductionUnmatched: Rule {
  static let about = RuleAbout(
    "production-unmatched", .error, setting: .production,
    summary: "Something that pawl.yaml declares as production is in no workflow any more.",
    why: """
      The rules about production look at what is declared. When a host, a command or a file was renamed \
      they look at nothing, and find nothing: one lint was green for months in this way.
      """,
    advice: "Correct `lint.production` in pawl.yaml, or delete the line.",
    bad: [
      """
      ==> pawl.yaml
      lint:
        production:
          commands: [kubectl apply, helm upgrade]  # ← here
      ==> .gitea/workflows/ci.yml
      name: Deploy
      on: push
      jobs:
        deploy: {runs-on: linux, steps: [{run: kubectl apply -f prod.yaml}]}
      """,
      """
      ==> pawl.yaml
      lint:
        production:
          hosts:
            - api.example.com  # ← here
          commands:
            - kubectl apply
            - helm upgrade  # ← here
      ==> .gitea/workflows/ci.yml
      name: Deploy
      on: push
      jobs:
        deploy: {runs-on: linux, steps: [{run: kubectl apply -f prod.yaml}]}
      """,
    ],
    good: [
      """
      ==> pawl.yaml
      lint:
        production:
          commands: [kubectl apply]
      ==> .gitea/workflows/ci.yml
      name: Deploy
      on: push
      jobs:
        deploy: {runs-on: linux, steps: [{run: kubectl apply -f prod.yaml}]}
      """
    ])

  /// The selectors that nothing matched, each at its line of the settings.
  static func findings(
    _ production: Production, matched: [Production.Selector]
  ) -> [LintFinding] {
    production.selectors.filter { selector in
      !matched.contains { $0.kind == selector.kind && $0.text == selector.text }
    }.map { selector in
      LintFinding(
        Finding(
          about.severity, rule: about.id,
          "production is declared by '\(selector.text)' in \(selector.kind.rawValue), and no "
            + "workflow that was looked at has it",
          at: SourcePlace(
            file: production.file, line: selector.mark.line,
            column: selector.mark.column),
          hint: "correct the declaration, or delete it"),
        about: about)
    }
  }
}
