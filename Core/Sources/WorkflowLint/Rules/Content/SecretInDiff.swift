import Diagnostics
import MarkedYAML

enum SecretInDiff: ChangeRule {
  static let about = RuleAbout(
    "secret-in-diff", .error, .likely, facts: [.base],
    summary: "A change adds text that looks like a credential.",
    why: "It stays in the history when the line is deleted. What was found is never printed.",
    advice: "Revoke it, then remove it. Fixtures are left out by `lint.content.exempt`.",
    bad: [
      """
      ==> base/config.txt
      token:
      ==> config.txt
      token: ghp_0123456789abcdefghijABCDEFGHIJ012345  # ← here
      """
    ],
    good: [
      """
      ==> base/config.txt
      token:
      ==> config.txt
      token: ghp_example
      key: ${TOKEN}
      """
    ])

  static func check(_ change: LintedChange, _ report: inout FolderReporter) {
    for file in change.diff.files
    where !change.settings.content.exempt.contains(where: { $0.matches(file.path) }) {
      let source = SourceText(path: file.path, text: "")
      for line in file.added {
        guard let kind = SecretShape.kind(in: line.text) else { continue }
        report.report(
          source, YAMLMark(line: line.number, column: 1), "this line looks like it holds \(kind)",
          hint: "revoke it, then remove it", isSecret: true)
      }
    }
  }
}

/// What credentials look like: a fixed beginning, then letters and digits. No entropy, so that a
/// finding can be explained.
enum SecretShape {
  private static let shapes: [(prefix: String, length: Int, kind: String)] = [
    ("ghp_", 36, "a GitHub token"), ("gho_", 36, "a GitHub token"), ("ghs_", 36, "a GitHub token"),
    ("ghu_", 36, "a GitHub token"), ("github_pat_", 60, "a GitHub token"),
    ("glpat-", 20, "a GitLab token"), ("sk-ant-", 40, "an Anthropic key"),
    ("sk-proj-", 40, "an OpenAI key"), ("AIza", 35, "a Google key"), ("xoxb-", 24, "a Slack token"),
    ("xoxp-", 24, "a Slack token"), ("AKIA", 16, "an AWS key id"), ("ASIA", 16, "an AWS key id"),
    ("npm_", 36, "an npm token"), ("pypi-AgEIcHlwaS5vcmc", 50, "a PyPI token"),
  ]

  static func kind(in line: String) -> String? {
    for (prefix, length, kind) in shapes where line.has(prefix) {
      var rest = line[...]
      while let found = rest.firstRange(of: prefix) {
        let before = rest[..<found.lowerBound].last
        let body = rest[found.upperBound...].prefix { character in
          character.isASCII
            && (character.isLetter || character.isNumber || "_-".contains(character))
        }
        if body.count >= length, !(before.map { $0.isLetter || $0.isNumber } ?? false) {
          return kind
        }
        rest = rest[found.upperBound...]
      }
    }
    return nil
  }
}
