import Diagnostics
import Testing
import WorkflowLint

struct OutcomeTests {
  private static let slash = "name: a/b\non: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"
  private static let path = ".gitea/workflows/ci.yml"

  private static func run(_ text: String, _ change: (inout Lint) -> Void = { _ in }) -> LintOutcome
  {
    var lint = Lint(settings: LintSettings(), facts: Facts())
    change(&lint)
    return lint.run([Lint.Input(path: path, content: .text(text))])
  }

  @Test func `the exit code says clean, found, not read, not checked`() {
    #expect(Self.run(Self.slash).exitCode(failOn: .error) == 1)
    #expect(Self.run(Self.slash).exitCode(failOn: nil) == 0)
    #expect(Self.run("on: push\njobs: {}\n").exitCode(failOn: .error) == 0)
    #expect(Self.run("on: push\njobs: {}\n").exitCode(failOn: .warning) == 1)
    #expect(Self.run(": :").exitCode(failOn: nil) == 3)
    let asked = Self.run("name: x\non: push\njobs: {}\n") { $0.only = ["coe-on-required"] }
    #expect(asked.exitCode(failOn: .error) == 4)
    #expect(asked.unverified.map(\.rule.text) == ["coe-on-required"])
  }

  @Test func `a fact that was asked for and is not to be had is never clean`() {
    let outcome = Self.run("name: x\non: push\njobs: {}\n") {
      $0.facts.requiredContexts = .unreadable("403")
    }

    #expect(outcome.exitCode(failOn: .error) == 4)
    #expect(outcome.unverified.contains { $0.why == "required-contexts: 403" })
  }

  @Test func `a known finding does not fail again, and is recognised further down`() {
    var outcome = Self.run("# a comment\n" + Self.slash)
    outcome.compare(with: Self.run(Self.slash).findings.map(\.fingerprint))

    #expect(outcome.findings.map(\.isKnown) == [true])
    #expect(outcome.exitCode(failOn: .error) == 0)
  }

  @Test func `a finding names the servers it holds for`() throws {
    let outcome = Self.run("name: x\non: push\nconcurrency: g\njobs: {}\n") {
      $0.targets = ["gitea=1.22.6", "gitea=1.26", "github"].compactMap { Target($0) }
      $0.only = ["gitea-concurrency-ignored"]
    }

    #expect(
      outcome.findings.map(\.finding.message).first?.hasPrefix("Gitea 1.22.6 ignores") == true)
  }

  @Test func `without a name the folder says which server it is`() {
    #expect(Self.run("name: x\non: push\njobs: {}\n").targets.map(\.description) == ["gitea"])
  }

  @Test func `severities, rules and paths are switched in the settings`() {
    func rules(_ lint: String) -> [String] {
      let (settings, report) = LintSettingsReader.read("lint: \(lint)\n", file: "pawl.yaml")
      #expect(report.isEmpty, "\(report)")
      return Lint(settings: settings, facts: Facts())
        .run([Lint.Input(path: Self.path, content: .text(Self.slash))])
        .findings.map { "\($0.rule) \($0.finding.severity)" }
    }

    #expect(rules("{rules: {workflow-name-slash: warning}}") == ["workflow-name-slash warning"])
    #expect(rules("{rules: {workflow-name-slash: off}}") == [])
    #expect(rules("{paths: {'.gitea/**': {skip: [workflow-name-slash]}}}") == [])
    #expect(rules("{paths: {'.github/**': {skip: [workflow-name-slash]}}}").count == 1)
  }

  @Test func `what is wrong in the settings is told with its place`() {
    let (_, report) = LintSettingsReader.read(
      "lint:\n  target: [gitea]\n  targets: [gitee]\n  policies: [no-such]\n", file: "pawl.yaml")

    #expect(report.findings.map(\.place.line) == [2, 3, 4])
    #expect(report.findings.first?.hint == "did you mean 'targets'?")
  }

  @Test func `a safe fix does what it says, and the file is then clean`() {
    let text = "on:\n  push:\n    branches:\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"
    let outcome = Self.run(text)
    let fixes = outcome.findings.compactMap(\.fix).filter(\.isSafe)

    let (fixed, count) = Fix.apply(fixes, to: text)

    #expect(count == 2)
    #expect(fixed == "name: ci\non:\n  push:\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n")
    #expect(Self.run(fixed).findings.isEmpty)
  }

  @Test func `days are counted as in the calendar`() {
    #expect(Day(sinceEpoch: 0).description == "1970-01-01")
    #expect(Day(sinceEpoch: 20_783).description == "2026-11-26")
    #expect(Day("2024-02-29")?.sinceEpoch == 19_782)
    #expect(Day("2026-13-01") == nil)
    #expect(Day("20261126") == nil)
  }

  @Test func `patterns match as in filters`() {
    #expect(Glob("src/**").matches("src/a/b.py"))
    #expect(Glob("**/b.py").matches("b.py"))
    #expect(!Glob("src/*").matches("src/a/b"))
    #expect(Glob("CI / * (push)").matches("CI / a/b (push)", crossing: true))
    #expect(!Glob(String(repeating: "*a", count: 40)).matches(String(repeating: "a", count: 39)))
  }
}
