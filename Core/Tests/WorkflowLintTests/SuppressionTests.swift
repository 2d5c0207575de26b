import Diagnostics
import Testing
import WorkflowLint

struct SuppressionTests {
  private static func rules(_ text: String, today: String = "2026-11-26") -> [String] {
    var facts = Facts()
    facts.today = Day(today)
    let outcome = Lint(settings: LintSettings(), facts: facts)
      .run([Lint.Input(path: ".gitea/workflows/ci.yml", content: .text(text))])
    return outcome.findings.map(\.rule.text)
  }

  private static func workflow(_ name: String) -> String {
    "\(name)\non: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"
  }

  @Test func `a comment behind the line, above it, or for the file takes a finding away`() {
    let comment = "# pawl: ignore[workflow-name-slash] history"
    #expect(Self.rules(Self.workflow("name: a/b  \(comment)")) == [])
    #expect(Self.rules(Self.workflow("\(comment)\n\nname: a/b")) == [])
    #expect(
      Self.rules(Self.workflow("name: a/b") + "# pawl: ignore-file[workflow-name-slash] history\n")
        == [])
  }

  @Test func `it speaks for its rule and its line only`() {
    #expect(
      Self.rules(Self.workflow("name: a/b  # pawl: ignore[job-name-slash] history"))
        == ["workflow-name-slash", "suppression-unused"])
    #expect(
      Self.rules(Self.workflow("name: a/b") + "# pawl: ignore[workflow-name-slash] far away\n")
        .contains("workflow-name-slash"))
  }

  @Test func `above a block it speaks for the whole block`() {
    let text = """
      name: CI
      on: push
      jobs:
        a:
          runs-on: x
          steps:
            # pawl: ignore[run-block-syntax] a template
            - run: |
                echo

                if a; then
      """
    #expect(Self.rules(text) == [])
  }

  @Test(arguments: [
    "[workflow-name-slash] x until 2026-13-45", "[workflow-name-slash] x until 01.01.2020",
    "[workflow-name-slash] until 2020-01-01 at latest", "[workflow-name-slash] x till 2020-01-01",
    "[workflow-name-slash] x until", " workflow-name-slash x", "[] x", "",
  ])
  func `a comment that is not understood takes nothing away and is found`(comment: String) {
    #expect(
      Self.rules(Self.workflow("name: a/b  # pawl: ignore\(comment)")).sorted() == [
        "suppression-malformed", "workflow-name-slash",
      ])
  }

  @Test func `a rule that does not exist is named, with the one that was meant`() {
    let text = Self.workflow("name: CI  # pawl: ignore[workflow-name-slahs] history")
    let outcome = Lint(settings: LintSettings(), facts: Facts())
      .run([Lint.Input(path: ".gitea/workflows/ci.yml", content: .text(text))])

    #expect(outcome.findings.map(\.rule.text) == ["suppression-malformed"])
    #expect(outcome.findings.first?.finding.hint == "did you mean 'workflow-name-slash'?")
  }

  @Test func `a date ends it, and only when it has passed`() {
    let text = Self.workflow(
      "name: a/b  # pawl: ignore[workflow-name-slash] history until 2026-11-26")
    #expect(Self.rules(text) == [])
    #expect(
      Self.rules(text, today: "2026-11-27").sorted() == [
        "suppression-expired", "workflow-name-slash",
      ])
  }
}
