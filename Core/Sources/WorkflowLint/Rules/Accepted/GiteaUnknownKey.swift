import Diagnostics
import MarkedYAML

enum GiteaUnknownKey: FileRule {
  static let about = RuleAbout(
    "gitea-unknown-key", .warning,
    summary: "The server gives this key of a workflow or a job no meaning.",
    why: """
      A key that a server does not know does nothing, silently. `queue: max` under `concurrency` keeps \
      every deployment on GitHub and none on Gitea.
      """,
    advice: "Remove the key, correct its spelling, or do without what it promises on that server.",
    bad: [
      """
      name: CI
      on: push
      concurrency: {group: g, queue: max}  # ← here
      jobs:
        test:
          runs-on: linux
          timeout-minuts: 5  # ← here
          steps: [{run: make}]
      """
    ],
    good: [
      """
      name: CI
      on: push
      concurrency: {group: g}
      jobs:
        test:
          runs-on: linux
          timeout-minutes: 5
          steps: [{run: make}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    guard file.isWorkflow else { return }
    check(file.workflow.root, Keys.workflow, .workflow, file, &report)
    check(file.workflow.root["concurrency"], Keys.concurrency, .concurrency, file, &report)
    for job in file.jobs {
      check(job.node, Keys.job, .job, file, &report)
      check(job.node["concurrency"], Keys.concurrency, .concurrency, file, &report)
    }
  }

  /// Keys of `node` that are neither common nor known to every target.
  static func check(
    _ node: YAMLNode?, _ known: [String], _ place: Keys.Foreign.Place, _ file: LintedFile,
    _ report: inout Reporter
  ) {
    for entry in node?.entries ?? [] where !known.contains(entry.key) && entry.key != "<<" {
      let foreign = Keys.foreign.first { $0.place == place && $0.key == entry.key }
      let targets = file.targets.filter { !(foreign?.forges.contains($0.forge) ?? false) }
      guard !targets.isEmpty else { continue }
      let guess = foreign == nil ? nearest(to: entry.key, in: known) : nil
      report.report(
        entry.keyMark, "\(targets.names) gives the key '\(entry.key)' no meaning here",
        hint: guess.map { "did you mean '\($0)'?" })
    }
  }
}
