import Testing
import Vocabulary

/// Every way a run can end has its place in the docs, with the exit code the code says.
struct ConclusionDocsTests {
  private let reference = "docs/reference/conclusions.md"
  private let exitCodes = "docs/reference/exit-codes.md"

  @Test(arguments: Conclusion.all)
  func `a conclusion has its heading with its exit code and what to do next`(
    _ conclusion: Conclusion
  ) throws {
    let found = Repository.this.page(reference)
    let page = try #require(found)

    expectNone(Self.findings(for: conclusion, on: page))
  }

  @Test func `no heading names a conclusion that does not exist`() throws {
    let found = Repository.this.page(reference)
    let page = try #require(found)
    let labels = Conclusion.all.map(\.label)

    expectNone(
      page.headings.filter { $0.level == 2 && !labels.contains($0.text) }.map {
        Finding(path: page.path, line: $0.line, message: "no conclusion is called '\($0.text)'")
      })
  }

  @Test(arguments: Conclusion.all)
  func `the table of exit codes has a row for a conclusion`(_ conclusion: Conclusion) throws {
    let found = Repository.this.file(exitCodes)
    let file = try #require(found)

    expectNone(Self.findings(for: conclusion, in: file))
  }

  @Test func `a missing heading, a wrong code and a missing next step are found`() {
    let page = MarkdownPage(
      TextFile(
        path: "a.md",
        text: "# A\n## noop\nExit code 9. Nothing.\n## reverted\nExit code 50. **Next:** look.\n"))

    #expect(
      Self.findings(for: .noop, on: page).map(\.description) == [
        "a.md:2: expected 'Exit code 10.' under 'noop', as Conclusion.swift says",
        "a.md:2: expected a line with '**Next:**' under 'noop': what to do now",
      ])
    #expect(Self.findings(for: .reverted, on: page) == [])
    #expect(
      Self.findings(for: .promoted, on: page).map(\.description)
        == ["a.md: expected a heading '## promoted', found none"])
  }

  @Test func `a row with another code is found`() {
    let file = TextFile(path: "a.md", text: "| 11 | [noop](conclusions.md#noop) |")

    #expect(
      Self.findings(for: .noop, in: file).map(\.message)
        == ["expected a row starting with '| 10 | [noop](conclusions.md#noop) |', found none"])
  }

  private static func findings(for conclusion: Conclusion, on page: MarkdownPage) -> [Finding] {
    let label = conclusion.label
    guard let heading = page.headings.first(where: { $0.level == 2 && $0.text == label }) else {
      return [
        Finding(path: page.path, line: 0, message: "expected a heading '## \(label)', found none")
      ]
    }
    var messages: [String] = []
    let code = "Exit code \(conclusion.exitCode)."
    if !heading.body.contains(where: { $0.hasPrefix(code) }) {
      messages.append("expected '\(code)' under '\(label)', as Conclusion.swift says")
    }
    if !heading.body.contains(where: { $0.contains("**Next:**") }) {
      messages.append("expected a line with '**Next:**' under '\(label)': what to do now")
    }
    return messages.map { Finding(path: page.path, line: heading.line, message: $0) }
  }

  private static func findings(for conclusion: Conclusion, in file: TextFile) -> [Finding] {
    let label = conclusion.label
    let row = "| \(conclusion.exitCode) | [\(label)](conclusions.md#\(label)) |"
    guard !file.lines.contains(where: { $0.text.hasPrefix(row) }) else { return [] }
    return [
      Finding(
        path: file.path, line: 0, message: "expected a row starting with '\(row)', found none")
    ]
  }
}
