import Diagnostics
import MarkedYAML

enum JqNullFirstElement: FileRule {
  static let about = RuleAbout(
    "jq-null-first-element", .warning, .likely,
    summary: "The first element of an empty list is null, and the decision takes it for a word.",
    why: """
      `.[0].status` of `[]` is `null`, which jq prints as `null` or as nothing, with success. "There is \
      no run" then falls into whatever branch is left over.
      """,
    advice: "`(.[0] // {}).status // \"absent\"`, and a branch of its own for `absent`.",
    bad: [
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                S=$(gh run list --json status --jq '.[0].status')  # ← here
                if [ "$S" = failure ]; then exit 1; fi
      """
    ],
    good: [
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                S=$(gh run list --json status --jq '(.[0] // {}).status // "absent"')
                if [ "$S" = failure ]; then exit 1; fi
                gh run list --json name --jq '.[0].name'
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (_, _, script) in file.scripts where script.text.has("[0].") {
      let decisions = Decisions(script.parsed)
      script.parsed.eachCommand { command, scene in
        for assignment in command.assignments where decisions.names.contains(assignment.name) {
          for list in assignment.value.substitutions {
            let commands = ShellScript(statements: list).commands.map(\.command)
            guard
              let filter = commands.lazy.flatMap(\.words).first(where: { isUnguarded($0.shape) })
            else { continue }
            report.report(
              script.mark(at: filter.offset + scene.base),
              "of an empty list this is null, and \(assignment.name) decides what follows",
              hint: "'(.[0] // {}).x // \"absent\"', and say what absent means")
          }
        }
      }
    }
  }

  private static func isUnguarded(_ filter: String) -> Bool {
    filter.has(".[0].") && !filter.has("//")
  }
}
