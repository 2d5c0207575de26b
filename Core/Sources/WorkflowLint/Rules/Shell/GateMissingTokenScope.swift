import Diagnostics
import MarkedYAML

enum GateMissingTokenScope: FileRule {
  static let about = RuleAbout(
    "gate-missing-token-scope", .warning, repair: .safe,
    summary: "Runs are asked for with a token that may not read them.",
    why: """
      `permissions` takes away all that it does not name. Without `actions: read` a private repository \
      answers `gh run list` with an error, and a gate that takes an error for "no run" always goes on.
      """,
    advice: "Add `actions: read`.",
    bad: [
      """
      ==> on github
      ==> .github/workflows/ci.yml
      name: Promote
      on: push
      permissions:  # ← here
        contents: read
      jobs:
        promote:
          runs-on: linux
          steps: [{run: gh run list --commit "$SHA"}]
      """
    ],
    good: [
      """
      ==> on github
      ==> .github/workflows/ci.yml
      name: Promote
      on: push
      permissions:
        contents: read
        actions: read
      jobs:
        promote:
          runs-on: linux
          steps: [{run: gh run list --commit "$SHA"}]
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for job in file.jobs {
      guard let permissions = job.permissions ?? file.workflow.permissions,
        permissions.value.isMapping, permissions.value["actions"] == nil,
        let command = asking(job)
      else { continue }
      let line = permissions.value.entries.first?.keyMark
      let indent = line.map { String(repeating: " ", count: $0.column - 1) } ?? ""
      let isBlock = line.map { $0.line > permissions.keyMark.line } ?? false
      report.report(
        permissions.keyMark,
        "'permissions' leaves out 'actions: read', and the job '\(job.title)' asks for runs",
        related: [(command, "it asks here")],
        fix: isBlock
          ? .insert(before: line?.line ?? 1, "\(indent)actions: read\n", isSafe: true) : nil)
    }
  }

  private static func asking(_ job: Job) -> YAMLMark? {
    for step in job.steps {
      guard let script = step.run, script.text.has("gh") || script.text.has("/actions/runs") else {
        continue
      }
      var found: Int?
      script.parsed.eachCommand { command, scene in
        let words = command.unwrapped.map(\.shape)
        let isGh = words.starts(with: ["gh", "run"]) || words.starts(with: ["gh", "workflow"])
        let asks = isGh || command.tool != "echo" && words.contains { $0.has("/actions/runs") }
        if asks, found == nil { found = command.offset + scene.base }
      }
      if let found { return script.mark(at: found) }
    }
    return nil
  }
}
