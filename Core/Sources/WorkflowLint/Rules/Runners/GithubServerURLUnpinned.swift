import Diagnostics
import MarkedYAML

enum GithubServerURLUnpinned: FileRule {
  static let about = RuleAbout(
    "github-server-url-unpinned", .warning,
    summary: "A script asks github.com about a repository that lies elsewhere.",
    why: """
      On Gitea and Forgejo the API is under `$GITHUB_API_URL`, `…/api/v1`, at the address the runner \
      registered with. A value in the `env` of the workflow or the job is overwritten before the step \
      runs; only that of a step wins.
      """,
    advice: "Use `$GITHUB_API_URL`, or pin `GITHUB_SERVER_URL` in the step's own `env`.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps: [{run: 'curl -f "https://api.github.com/repos/$GITHUB_REPOSITORY/commits/main"'}]  # ← here
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
            - run: |
                # https://api.github.com/repos/x is not asked
                curl -f "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/branches/main"
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let targets = file.targets.filter { $0.forge != .github }
    guard !targets.isEmpty else { return }
    for level in [file.workflow.env] + file.jobs.map(\.env) {
      for variable in level where ["GITHUB_SERVER_URL", "GITHUB_API_URL"].contains(variable.name) {
        report.report(
          variable.mark,
          "\(variable.name) is overwritten before a step runs; only a step's own 'env' wins",
          severity: .note)
      }
    }
    for (_, _, script) in file.scripts where script.text.has("api.github.com") {
      var found: Int?
      script.parsed.eachCommand { command, scene in
        guard found == nil, command.tool != "echo" else { return }
        if let word = command.words.first(where: { $0.shape.has("api.github.com") }) {
          found = word.offset + scene.base
        }
      }
      guard let found else { continue }
      report.report(
        script.mark(at: found), "this asks github.com, and \(targets.names) is where it runs",
        hint: "$GITHUB_API_URL")
    }
  }
}
