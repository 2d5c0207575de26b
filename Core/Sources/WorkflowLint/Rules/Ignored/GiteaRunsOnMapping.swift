import Diagnostics
import MarkedYAML

enum GiteaRunsOnMapping: FileRule {
  static let about = RuleAbout(
    "gitea-runs-on-mapping", .warning, repair: .unsafe,
    summary: "Gitea takes the keys of a `runs-on` mapping for labels.",
    why:
      "There are no runner groups: the name of the group becomes one more label, which no runner may have.",
    advice: "Write the label alone.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: {group: big}  # ← here
          steps: [{run: make}]
      """
    ],
    good: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: big
          steps: [{run: make}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets(lacking: .runnerGroups)
    guard !targets.isEmpty else { return }
    for job in file.jobs {
      guard let runsOn = job.runsOn, runsOn.isMapping else { continue }
      report.report(
        runsOn.mark, "\(targets.names) has no groups of runners: it takes the group for a label",
        hint: "write the label alone", fix: fix(job, file))
    }
  }

  /// For a mapping of one entry on one line.
  private static func fix(_ job: Job, _ file: LintedFile) -> Fix? {
    guard let node = job.node["runs-on"], node.entries.count == 1,
      let value = node.entries.first?.value, let label = value.oneOrMore.first?.value,
      value.oneOrMore.count == 1, let line = file.source.line(node.mark.line),
      let close = line.unicodeScalars.lastIndex(of: "}"), !line[close...].has("#")
    else { return nil }
    let end = line.unicodeScalars.distance(from: line.startIndex, to: close) + 2
    guard end > node.mark.column, file.source.line(node.mark.line)?.has("{") ?? false else {
      return nil
    }
    return .replace(
      node.mark, to: YAMLMark(line: node.mark.line, column: end), label, isSafe: false)
  }
}
