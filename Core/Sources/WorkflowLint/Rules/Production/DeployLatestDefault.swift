import Diagnostics
import MarkedYAML

enum DeployLatestDefault: FileRule {
  static let about = RuleAbout(
    "deploy-latest-default", .error, repair: .safe,
    summary: "Without an argument this deploys whatever the moving tag points to.",
    why: """
      `latest` is what it was when somebody last moved it. A redeploy without an argument once put a \
      tenant back by weeks.
      """,
    advice: "Let it fail: `${TAG:?name the release}`, and no default of the input.",
    bad: [
      """
      name: Redeploy
      on:
        push:
        workflow_dispatch:
          inputs:
            tag: {default: latest}  # ← here
      jobs:
        deploy:
          runs-on: linux
          env:
            TAG: ${{ inputs.tag || 'latest' }}  # ← here
          steps:
            - run: ./deploy.sh "${TAG:-latest}"  # ← here
      """
    ],
    good: [
      """
      name: Redeploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          env:
            NODE: ${{ matrix.node || 'lts' }}
          steps:
            - run: ./deploy.sh "${TAG:?name the release}" "${NODE:-lts}"
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let tags = file.settings.production.tags
    for trigger in file.workflow.triggers {
      for input in trigger.options?["inputs"]?.entries ?? [] {
        guard isRelease(input.key), let value = input.value["default"], let text = value.text,
          tags.contains(text)
        else { continue }
        report.report(
          value.mark, "without an argument '\(input.key)' is '\(text)', whatever that points to",
          hint: "no default; 'required: true'")
      }
    }
    checkExpressions(file, tags, &report)
    checkScripts(file, tags, &report)
  }

  private static func checkExpressions(
    _ file: LintedFile, _ tags: [String], _ report: inout Reporter
  ) {
    file.eachExpression { expression, mark in
      for inner in expression.all {
        guard case .binary(.or, _, _) = inner else { continue }
        let parts = inner.alternatives
        guard case .string(let text)? = parts.last, tags.contains(text),
          parts.dropLast().contains(where: { $0.paths.contains(where: isRelease) })
        else { continue }
        report.report(
          mark, "when nothing is named this is '\(text)', whatever that points to",
          hint: "fail when it is not named")
        return
      }
    }
  }

  private static func checkScripts(
    _ file: LintedFile, _ tags: [String], _ report: inout Reporter
  ) {
    for (_, _, script) in file.scripts where script.text.has(":-") {
      script.parsed.eachCommand { command, scene in
        for word in command.words + command.assignments.map(\.value) {
          for case .variable(let name, let rest, _) in word.parts {
            guard rest.hasPrefix(":-") || rest.hasPrefix("-"), isRelease(name) else { continue }
            let value = String(rest.drop { $0 == ":" || $0 == "-" })
            guard tags.contains(value) else { continue }
            let at = script.text.offset(of: "${\(name)\(rest)}", from: word.offset)
            let mark = script.mark(at: at.map { $0 + scene.base } ?? word.offset + scene.base)
            report.report(
              mark, "without \(name) this is '\(value)', whatever that points to",
              hint: "${\(name):?name the release}",
              fix: at == nil || scene.base > 0 || script.style == .folded
                ? nil
                : .replace(
                  mark, "${\(name)\(rest)}".unicodeScalars.count, "${\(name):?name the release}",
                  isSafe: true))
          }
        }
      }
    }
  }

  /// Whether a name says which release: a tag, an image, a version, a commit.
  private static func isRelease(_ name: String) -> Bool {
    name.lowercased().has(anyOf: ["tag", "image", "version", "release", "sha", "commit"])
  }
}
