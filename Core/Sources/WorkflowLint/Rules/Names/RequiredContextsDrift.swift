import Diagnostics
import MarkedYAML

enum RequiredContextsDrift: FolderRule {
  static let about = RuleAbout(
    "required-contexts-drift", .error, facts: [.requiredContexts, .protectedContexts],
    summary: "The list in the repository and the server's branch protection differ.",
    why: """
      The list is what is reviewed, the server what is enforced. When they part, a check that everybody \
      believes to be required is not. A server that cannot be asked makes the lint end with code 4, \
      never clean.
      """,
    advice: "Make them the same, and check that on every pull request.",
    bad: [
      """
      ==> facts.yaml
      required-contexts: ["CI / test (push)"]
      protected-contexts: ["CI / test (push)", "CI / e2e (push)"]
      ==> .gitea/workflows/ci.yml
      name: CI  # ← here
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ],
    good: [
      """
      ==> facts.yaml
      required-contexts: ["CI / test (push)"]
      protected-contexts: ["CI / test (push)"]
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ])

  static func check(_ folder: LintedFolder, _ report: inout FolderReporter) {
    guard folder.isRead, let file = folder.files.first else { return }
    let listed = folder.facts.requiredContexts.value ?? []
    let enforced = folder.facts.protectedContexts.value ?? []
    func tell(_ message: String) {
      report.report(file.source, file.workflow.name?.mark ?? .start, message)
    }
    for context in enforced where !listed.contains(context) {
      tell("the server requires '\(context)', and the list in the repository does not have it")
    }
    for context in listed where !enforced.contains(context) {
      tell("the list in the repository has '\(context)', and the server does not require it")
    }
  }
}
