import Testing

@testable import Presentation

/// What runners obey is written so that nothing of somebody else's is obeyed.
struct CITests {
  @Test func `text and properties are escaped, percent first`() {
    #expect(
      WorkflowCommand.annotation(.error, title: "a:b,c=d%", "50% of\r\nit\n::add-mask::x")
        == "::error title=a%3Ab%2Cc d%25::50%25 of%0D%0Ait%0A::add-mask::x")
  }

  @Test func `each line of a secret is masked by itself, and short ones are not`() {
    #expect(
      WorkflowCommand.masks("-----BEGIN KEY-----\n  abcdef\nab\r\nghijkl\n")
        == ["::add-mask::abcdef", "::add-mask::ghijkl"])
    #expect(WorkflowCommand.masks("") == [])
  }

  @Test func `outputs of several lines end where their delimiter says, and nowhere else`() {
    let text = StepOutputs.text(
      [
        ("outcome", "promoted"), ("report", "a\noutcome=x\nD\nb"), ("digests", "a<<b"),
        ("superseded-by", ""),
      ], delimiter: "D")

    #expect(
      text == """
        outcome=promoted
        report<<D
        a
        outcome=x

        b
        D
        digests<<D
        a<<b
        D
        superseded-by=

        """)
  }

  @Test func `Markdown from outside is shown, not obeyed`() {
    #expect(
      Markdown.escaped("a|b <script> [x](y) `c` @team #1 *d*")
        == "a\\|b &lt;script&gt; \\[x\\](y) \\`c\\` @\u{2060}team \\#1 \\*d\\*")
    #expect(Markdown.escaped("two\nlines") == "two?lines")
  }

  @Test func `a table without rows is not there, and a long one is cut`() {
    #expect(Markdown.table("T", ["A"], []) == "")
    let long = Markdown.table("T", ["A"], (0..<600).map { ["\($0)"] })
    #expect(long.hasSuffix("| 499 |\n\n… and 100 more\n"))
    #expect(long.hasPrefix("\n### T\n\n| A |\n| --- |\n| 0 |\n"))
  }
}
