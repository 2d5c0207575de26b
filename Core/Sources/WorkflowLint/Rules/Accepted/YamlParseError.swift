import Diagnostics
import MarkedYAML

enum YamlParseError: FileRule {
  static let about = RuleAbout(
    "yaml-parse-error", .error,
    summary: "The file is not one YAML document with keys and values.",
    why: """
      A server that cannot parse a workflow does not run it. Gitea before 1.26 drops the file with one \
      line in its own log: no run, no status, nothing red. GitHub shows a failed run.
      """,
    advice:
      """
      Mend the place that is named. A file that is not read is not checked either: the lint ends with \
      code 3.
      """,
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: echo key: value  # ← here
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
            - run: "echo key: value"
      """
    ])

  /// What leaves a tree is told here; what does not, before any rule is asked.
  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for problem in file.problems {
      switch problem {
      // A tag is a server's business; none of them minds one.
      case .duplicateKey, .tag: continue
      case .tooLarge, .control, .syntax, .empty, .secondDocument, .limit, .collectionKey:
        Self.report(problem, file.targets, &report)
      }
    }
  }

  static func report(_ problem: YAMLProblem, _ targets: [Target], _ report: inout Reporter) {
    var related: [(mark: YAMLMark, message: String)] = []
    if case .syntax(_, _, let context?) = problem { related = [(context.mark, context.text)] }
    let silent = targets.filter { target in
      target.forge == .gitea && target.version.map { $0 < ServerVersion(1, 26) } ?? false
    }
    let indent = report.source.line(problem.mark.line)?.prefix { $0 == " " || $0 == "\t" }
    let hints = [
      indent?.contains("\t") ?? false ? "indent with spaces; YAML takes no tabs" : nil,
      silent.isEmpty ? nil : "\(silent.names) drops such a file without a word",
    ].compactMap(\.self)
    report.report(
      problem.mark, "this is not a workflow: \(problem.sentence)",
      hint: hints.isEmpty ? nil : hints.joined(separator: "; "),
      related: related)
  }
}
