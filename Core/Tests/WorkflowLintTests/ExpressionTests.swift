import Testing

@testable import WorkflowLint

struct ExpressionTests {
  @Test func `operators bind as on the server`() {
    #expect(
      ExpressionParser.parse("!a && b == 'c' || d")
        == .binary(
          .or,
          .binary(
            .and, .not(.name("a")), .binary(.equal, .name("b"), .string("c"))), .name("d")))
  }

  @Test func `paths are read in every spelling`() {
    let expression = ExpressionParser.parse("GitHub.event['head-commit'].id || secrets.A_B")

    #expect(expression?.paths == ["github.event.head-commit.id", "secrets.a_b"])
  }

  @Test func `calls, stars, numbers and quotes are read`() {
    let expression = ExpressionParser.parse(
      "contains(github.event.pull_request.labels.*.name, 'it''s') && format('{0}', -1.5e3)")

    #expect(expression?.calls == ["contains", "format"])
    #expect(expression?.all.contains(.string("it's")) == true)
  }

  @Test(arguments: ["", "a b", "a ||", "(a", "a)", "'a", "a[", "f(a", "a.", "&& a", "${{ a }}"])
  func `what is no expression is none`(text: String) {
    #expect(ExpressionParser.parse(text) == nil)
  }

  @Test func `nesting without end is given up`() {
    #expect(ExpressionParser.parse(String(repeating: "(", count: 100_000)) == nil)
    #expect(ExpressionParser.parse(String(repeating: "!", count: 100_000) + "a") == nil)
  }

  @Test func `braces are found in a text, not those inside quotes`() {
    let found = Interpolation.all(in: "a ${{ x }} b ${{ '}}' }} c ${{ d")

    #expect(found.map(\.text) == ["x", "'}}'"])
    #expect(found.map(\.range) == [2..<10, 13..<24])
  }
}
