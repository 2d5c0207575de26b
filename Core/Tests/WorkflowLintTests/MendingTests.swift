import Diagnostics
import Testing
import WorkflowLint

struct MendingTests {
  private static let path = ".gitea/workflows/ci.yml"

  private static func mend(_ files: [String: String], unsafe: Bool = false) throws -> Mending {
    let target = try #require(Target("gitea=1.25"))
    let lint = Lint(settings: LintSettings(), facts: Facts(), targets: [target])
    let inputs = files.sorted { $0.key < $1.key }.map {
      Lint.Input(path: $0.key, content: .text($0.value))
    }
    let findings = lint.run(inputs).findings.filter { $0.fix.map { unsafe || $0.isSafe } ?? false }
    return Mending(findings, in: inputs, lint)
  }

  private static func script(_ lines: String...) -> String {
    let text = lines.map { "          \($0)\n" }.joined()
    return "name: CI\non: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n\(text)"
  }

  @Test func `a workflow written as JSON gets no name by a line before it`() throws {
    let text = #"{"on": ["push"], "jobs": {"a": {"runs-on": "x", "steps": [{"run": "make"}]}}}"#

    let mending = try Self.mend([Self.path: text])

    #expect(mending.texts.isEmpty)
    #expect(mending.mended == 0)
  }

  @Test(arguments: [
    ("on: push\n", "name: ci\non: push\n"),
    ("# made by hand\n  on: push\n", "# made by hand\n  name: ci\n  on: push\n"),
  ])
  func `a name is written as deep as the keys it joins`(before: String, after: String) throws {
    let indent = before.contains("  on") ? "  " : ""
    let jobs = "\(indent)jobs: {a: {runs-on: x, steps: [{run: make}]}}\n"

    #expect(try Self.mend([Self.path: before + jobs]).texts == [Self.path: after + jobs])
  }

  @Test func `a name that YAML would read as something else is quoted`() throws {
    let text = "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"

    let mending = try Self.mend([".gitea/workflows/true.yml": text])

    #expect(mending.texts.values.allSatisfy { $0.hasPrefix("name: 'true'\n") })
    #expect(mending.mended == 1)
  }

  @Test func `a name that another file has already is taken back, and why is said`() throws {
    let named = "name: ci\non: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"
    let unnamed = "on: push\njobs: {b: {runs-on: x, steps: [{run: make}]}}\n"

    let mending = try Self.mend([".gitea/workflows/all.yml": named, Self.path: unnamed])

    #expect(mending.texts.isEmpty)
    #expect(mending.mended == 0)
    #expect(mending.refused.map(\.finding.rule.text) == ["workflow-name-missing"])
    #expect(
      mending.refused.first?.why.contains("'workflow-name-collision' would be found") ?? false)
  }

  @Test func `a captured status on a line of its own is mended`() throws {
    let text = Self.script(#"C=$(curl -w "%{http_code}" "$U" || echo 000)"#)

    let mended = try Self.mend([Self.path: text]).texts[Self.path]

    #expect(mended == Self.script(#"C=$(curl -w "%{http_code}" "$U") || true; C=${C:-000}"#))
  }

  @Test(arguments: [
    #"[ -n "$U" ] && C=$(curl -w "%{http_code}" "$U" || echo 000)"#,
    #"C=$(curl -w "%{http_code}" "$U" || echo 000) && echo "$C""#,
    #"C=$(curl -w "%{http_code}" "$U" || echo 000) & wait"#,
    #"! C=$(curl -w "%{http_code}" "$U" || echo 000)"#,
  ])
  func `a captured status that others hang on is left to a person`(line: String) throws {
    let mending = try Self.mend([Self.path: Self.script(line)])

    #expect(mending.texts.isEmpty, "\(mending.texts)")
    #expect(mending.refused.isEmpty)
  }

  @Test func `of several findings each is mended, whatever becomes of the others`() throws {
    let text = Self.script(
      #"C=$(curl -w "%{http_code}" "$U" || echo 000)"#,
      #"[ -n "$U" ] && C=$(curl -w "%{http_code}" "$U" || echo 000)"#
    ).replacing("name: CI\n", with: "")

    let mending = try Self.mend([Self.path: text])

    #expect(mending.mended == 2)
    #expect(mending.texts[Self.path]?.hasPrefix("name: ci\n") ?? false)
    #expect(mending.texts[Self.path]?.contains("C=${C:-000}") ?? false)
  }

  @Test func `no limit is put where the server would ignore it`() throws {
    let text = "name: CI\non: push\njobs:\n  publish:\n    runs-on: x\n    steps: [{run: make}]\n"

    #expect(try Self.mend([Self.path: text], unsafe: true).texts.isEmpty)
  }
}
