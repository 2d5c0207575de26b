import Diagnostics
import MarkedYAML

enum SetupGoCacheSharedRunner: FileRule {
  static let about = RuleAbout(
    "setup-go-cache-shared-runner", .warning, repair: .safe, setting: .sharedLabels,
    summary: "`setup-go` unpacks its cache over a folder that jobs of one host share.",
    why: """
      The cache is on by default. On a host whose Go folders are mounted into every job, one job unpacks \
      over the files another compiles with. Which labels are such hosts says `lint.shared-labels`.
      """,
    advice: "`cache: false`.",
    bad: [
      """
      ==> pawl.yaml
      lint: {shared-labels: [shared-*]}
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test:
          runs-on: shared-1
          steps:
            - uses: actions/setup-go@v5  # ← here
            - run: go test ./...
      """
    ],
    good: [
      """
      ==> pawl.yaml
      lint: {shared-labels: [shared-*]}
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test:
          runs-on: shared-1
          steps:
            - uses: actions/setup-go@v5
              with: {cache: false}
            - run: go test ./...
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, step) in file.steps {
      guard step.action?.hasSuffix("actions/setup-go") ?? false, let uses = step.uses,
        step.with("cache")?.value != "false",
        let label = job.runsOn?.labels.first(where: { label in
          file.settings.sharedLabels.contains { $0.matches(label.value) }
        })
      else { continue }
      report.report(
        uses.mark, "the cache is unpacked over what other jobs of '\(label.value)' use",
        hint: "with: {cache: false}", fix: fix(step, uses, file))
    }
  }

  /// Only where `uses` has a line of its own and there is no `with`.
  private static func fix(_ step: Step, _ uses: Located<String>, _ file: LintedFile) -> Fix? {
    guard step.node["with"] == nil, let line = file.source.line(uses.mark.line),
      let entry = step.node.entry("uses"), !line.has("{")
    else { return nil }
    let indent = String(repeating: " ", count: entry.keyMark.column - 1)
    return .insert(before: uses.mark.line + 1, "\(indent)with: {cache: false}\n", isSafe: true)
  }
}
