import Diagnostics
import Testing
import WorkflowLint

/// Whatever a file holds, the answer is findings and an exit code.
struct BadInputTests {
  private static func run(_ text: String, path: String = ".gitea/workflows/ci.yml") -> LintOutcome {
    Lint(settings: LintSettings(), facts: Facts())
      .run([Lint.Input(path: path, content: .text(text))])
  }

  @Test(arguments: [
    "", "\n\n", "just words", "[a, b]", "42", "a: b\n---\nc: d\n", "\tname: x\n", "name: 'x\n",
    "name: x\nname: y\njobs: [\n", "%YAML 1.9\n", "*a", "jobs: &a {b: *a}\n",
    String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000),
    String(repeating: "a: {", count: 20_000), String(repeating: "x", count: 2 << 20),
    "name: \u{1}\n",
  ])
  func `what is no workflow is an error, and counts as not read`(text: String) {
    let outcome = Self.run(text)

    #expect(
      outcome.counts.unparseable == 1
        || outcome.findings.contains { $0.rule.text == "yaml-parse-error" })
    #expect(outcome.findings.contains { $0.finding.severity == .error })
    if outcome.counts.unparseable == 1 { #expect(outcome.exitCode(failOn: .error) == 3) }
  }

  @Test func `a tab in the indentation is named as what is wrong`() {
    let outcome = Self.run("name: CI\njobs:\n\ta: {}\n")

    #expect(outcome.findings.map(\.finding.place.line) == [3])
    #expect(
      outcome.findings.first?.finding.hint?.contains("indent with spaces; YAML takes no tabs")
        == true)
  }

  @Test func `a file that could not be read is an error with its reason`() {
    let outcome = Lint(settings: LintSettings(), facts: Facts())
      .run([Lint.Input(path: "a.yml", content: .unreadable("it is not UTF-8"))])

    #expect(outcome.exitCode(failOn: .error) == 3)
    #expect(outcome.findings.map(\.finding.message) == ["this is not a workflow: it is not UTF-8"])
  }

  @Test func `keys of any other shape are looked at without a trap`() {
    let values = [
      "", " ~", " x", " [x]", " {x: y}", " [{}]", " {x: [y]}", " [[]]", " 1", " '${{ x }}'",
      " |\n    a",
    ]
    let keys = [
      "on", "name", "jobs", "env", "permissions", "concurrency", "defaults", "run-name", "runs",
    ]
    for key in keys {
      for value in values { _ = Self.run("\(key):\(value)\n") }
    }
    let inner = [
      "runs-on", "needs", "if", "steps", "strategy", "env", "environment", "concurrency", "uses",
      "with",
      "container", "services", "outputs", "timeout-minutes", "continue-on-error", "permissions",
      "name",
    ]
    for key in inner {
      for value in values {
        _ = Self.run("name: x\non: push\njobs:\n  a:\n    \(key):\(value)\n    b: c\n")
        _ = Self.run(
          "name: x\non: push\njobs:\n  a:\n    steps:\n    - \(key):\(value)\n      run: x\n")
      }
    }
  }

  @Test(arguments: [
    String(repeating: "if true; then\n", count: 80) + "echo 'x",
    String(repeating: "if true; then\n", count: 80) + "docker info | head\n"
      + String(repeating: "fi\n", count: 80),
    "echo " + String(repeating: "$(", count: 20_000),
    "bash -c '" + String(repeating: "( ", count: 80) + "'",
  ])
  func `a script that nests too deep is not clean, whichever rule is asked`(script: String) {
    let lines = script.split(separator: "\n").map { "        \($0)\n" }.joined()
    let text =
      "name: x\non: push\njobs:\n  a:\n    runs-on: x\n    steps:\n    - run: |\n" + lines
    var lint = Lint(settings: LintSettings(), facts: Facts())
    lint.only = ["pipefail-early-close"]
    let input = Lint.Input(path: ".gitea/workflows/ci.yml", content: .text(text))

    let outcome = lint.run([input])

    #expect(outcome.unverified.map(\.why).contains { $0.contains("deeper than 60") })
    #expect(outcome.exitCode(failOn: .error) == 4)
  }

  @Test func `a needs cycle ends`() {
    let outcome = Self.run(
      "name: x\non: push\njobs: {a: {needs: b, runs-on: x}, b: {needs: a, runs-on: x}}\n")

    #expect(outcome.counts.jobs == 2)
  }

  @Test func `lines that end as on Windows keep their numbers`() throws {
    let outcome = Self.run(
      "\u{FEFF}name: a/b\r\non: push\r\njobs:\r\n  t:\r\n    runs-on: x\r\n    steps:\r\n    - run: |\r\n"
        + "        if a; then\r\n          b\r\n")

    #expect(
      outcome.findings.filter { $0.finding.severity == .error }
        .map { "\($0.rule):\($0.finding.place.line)" } == [
          "workflow-name-slash:1", "run-block-syntax:8",
        ])
  }

  @Test(arguments: [
    (#"C=$(curl -w "%{http_code}" x || echo 000)"#, "curl-status-capture"),
    ("x ${{ secrets.A }}", "secret-in-argv"),
    ("docker info | head -1", "pipefail-early-close"),
    (
      "git merge-base --is-ancestor $old $SHA || crane tag app:$SHA latest",
      "promote-no-ancestry-check"
    ),
  ])
  func `every line of a block of 200 KiB is found at its place`(line: String, rule: String) {
    let count = (200 << 10) / (line.utf8.count + 11)
    let block = Array(repeating: "          \(line)\n", count: count).joined()
    let outcome = Self.run(
      """
      name: CI
      on: push
      jobs:
        a:
          runs-on: x
          steps:
            - shell: bash
              run: |

      """ + block)

    let lines = outcome.findings.filter { $0.rule.text == rule }.map(\.finding.place.line)
    // A rule may tell of one line for all of a job.
    #expect(lines.first == 9)
    #expect(lines.count == 1 || lines == Array(9..<9 + count))
  }

  @Test func `a second document counts as not read, and the first is looked at`() {
    let outcome = Self.run("name: a/b\non: push\njobs: {}\n---\nname: c\n")

    #expect(outcome.exitCode(failOn: .error) == 3)
    #expect(outcome.findings.contains { $0.rule.text == "workflow-name-slash" })
  }

  @Test func `what is mended keeps its byte order mark first and its line ends`() {
    let text = "\u{FEFF}on: push\r\njobs: {a: {runs-on: x, steps: [{run: make}]}}\r\n"
    let fixes = Self.run(text).findings.compactMap(\.fix).filter(\.isSafe)

    let (fixed, count) = Fix.apply(fixes, to: text)

    #expect(count == 1)
    #expect(
      fixed == "\u{FEFF}name: ci\r\n" + text.unicodeScalars.dropFirst().map(String.init).joined())
  }
}
