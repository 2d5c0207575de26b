import Diagnostics
import MarkedYAML

enum NameUnset: FileRule {
  static let about = RuleAbout(
    "name-unset", .warning, facts: [.secrets, .variables],
    summary: "A workflow reads a secret or a variable that nobody has set.",
    why: """
      A name that is not set is an empty text, not an error: a login without a password, a switch that is \
      off, a list of hosts with nobody in it. Jobs with an environment are left out, since that has names of \
      its own.
      """,
    advice: "Set it, or correct the name.",
    bad: [
      """
      ==> facts.yaml
      secrets: [REGISTRY_TOKEN]
      variables: []
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        push:
          runs-on: linux
          steps:
            - run: docker login --password-stdin <<<"$TOKEN"
              env: {TOKEN: "${{ secrets.REGISTRI_TOKEN }}"}  # ← here
            - run: make push
              if: vars.PUSH == 'true'  # ← here
      """
    ],
    good: [
      """
      ==> facts.yaml
      secrets: [REGISTRY_TOKEN]
      variables: [PUSH]
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        push:
          runs-on: linux
          steps:
            - run: docker login --password-stdin <<<"$TOKEN"
              env: {TOKEN: "${{ secrets.registry_token || secrets.GITHUB_TOKEN }}"}
            - run: make push
              if: vars.PUSH == 'true'
        deploy:
          runs-on: linux
          environment: production
          steps:
            - run: ./deploy.sh
              env: {TOKEN: "${{ secrets.DEPLOY_TOKEN }}"}
      """
    ])

  /// What every job is given.
  private static let given = ["github_token", "gitea_token", "forgejo_token"]

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    // A reusable workflow is given the secrets of whoever calls it.
    guard file.isWorkflow, file.workflow.trigger("workflow_call") == nil else { return }
    let secrets = (file.facts.secrets.value ?? []).map { $0.lowercased() } + given
    let variables = (file.facts.variables.value ?? []).map { $0.lowercased() }
    let apart = file.jobs.filter { $0.environment != nil }.map(\.node)
    for (expression, mark) in file.expressions where !apart.contains(where: { $0.holds(mark) }) {
      for path in expression.paths {
        let parts = path.split(separator: ".").map(String.init)
        guard parts.count == 2 else { continue }
        let names = parts[0] == "secrets" ? secrets : parts[0] == "vars" ? variables : [parts[1]]
        guard !names.contains(parts[1]) else { continue }
        let noun = parts[0] == "secrets" ? "secret" : "variable"
        report.report(
          mark, "nobody has set the \(noun) '\(parts[1].uppercased())', so this is empty",
          hint: nearest(to: parts[1], in: names).map { "did you mean '\($0.uppercased())'?" })
      }
    }
  }
}

extension YAMLNode {
  /// Whether the value at `mark` is inside this one.
  fileprivate func holds(_ mark: YAMLMark) -> Bool { self.mark <= mark && mark <= last }

  /// Where the last value inside begins.
  private var last: YAMLMark {
    var last = mark
    for entry in entries { last = max(last, entry.value.last) }
    for item in items { last = max(last, item.last) }
    // A block scalar goes on below its mark.
    guard let text else { return last }
    return YAMLMark(
      line: last.line + text.utf8.count { $0 == UInt8(ascii: "\n") } + 1, column: last.column)
  }
}
