import Diagnostics
import MarkedYAML

enum GiteaYamlAnchor: FileRule {
  static let about = RuleAbout(
    "gitea-yaml-anchor", .error,
    summary:
      "An alias points to an anchor outside its job, or `<<` merges, and Gitea drops the file.",
    why: """
      Gitea takes a workflow apart and writes each job out on its own, where the anchor of another job \
      is unknown. Since 1.27.3 aliases work; `<<` is refused there, and by GitHub.
      """,
    advice: "Repeat what the anchor holds.",
    bad: [
      """
      ==> on gitea=1.26
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        one:
          runs-on: linux
          container: &image {image: alpine}
          steps: [{run: make}]
        two:
          runs-on: linux
          container: *image  # ← here
          steps: [{run: make}]
      """
    ],
    good: [
      """
      ==> on gitea=1.27.3
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        one:
          runs-on: linux
          container: &image {image: alpine}
          steps: [{run: make}]
        two:
          runs-on: linux
          container: *image
          steps: [{run: make}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let aliasTargets = file.targets(lacking: .anchors)
    let mergeTargets = file.targets(lacking: .mergeKeys)
    guard !(aliasTargets.isEmpty && mergeTargets.isEmpty) else { return }
    for job in file.jobs {
      visit(job.node, inside: job.node.mark, aliasTargets, mergeTargets, &report)
    }
  }

  private static func visit(
    _ node: YAMLNode, inside start: YAMLMark, _ aliasTargets: [Target], _ mergeTargets: [Target],
    _ report: inout Reporter
  ) {
    if let name = node.alias, let anchor = node.anchorMark {
      if anchor < start, !aliasTargets.isEmpty {
        report.report(
          node.mark,
          "\(aliasTargets.names) reads each job on its own and does not know the anchor "
            + "'\(name)'; it drops the whole file",
          hint: "repeat what the anchor holds", related: [(anchor, "the anchor stands here")])
      }
      return
    }
    for entry in node.entries {
      if entry.key == "<<", !mergeTargets.isEmpty {
        report.report(
          entry.keyMark, "\(mergeTargets.names) refuses the merge key '<<'",
          hint: "repeat what is merged")
      } else {
        visit(entry.value, inside: start, aliasTargets, mergeTargets, &report)
      }
    }
    for item in node.items { visit(item, inside: start, aliasTargets, mergeTargets, &report) }
  }
}
