import Testing

struct TokenizerTests {
  @Test func `comments are left out, nested ones whole`() {
    #expect(words("a // b\n/* c /* d */ e */ f") == ["a", "f"])
  }

  @Test func `the contents of strings are left out`() {
    #expect(words(#"a("b \" c") + d"#) == ["a", "(", ")", "+", "d"])
  }

  @Test func `raw strings end only at their own number of signs`() {
    #expect(words(##"a(#"b " \( c"#, d)"##) == ["a", "(", ",", "d", ")"])
  }

  @Test func `multi-line strings hold quotes`() {
    let source = "a = \"\"\"\n  say \"b\" // c\n  \"\"\"\nd"

    #expect(words(source) == ["a", "=", "d"])
  }

  @Test func `code in an interpolation is code`() {
    #expect(words(#""a \(b("c", d)) e" f"#) == ["b", "(", ",", "d", ")", "f"])
  }

  @Test func `a name in backticks is one word`() {
    #expect(words("func `a wave soaks`()") == ["func", "`a wave soaks`", "(", ")"])
  }

  @Test func `conditions of the compiler open no string`() {
    #expect(words("#if os(Linux)\na") == ["#", "if", "os", "(", "Linux", ")", "a"])
  }

  @Test func `lines are counted through everything that is left out`() {
    let file = SwiftFile(path: "a.swift", text: "/*\n*/ \"\"\"\n\n\"\"\"\na // b\nc")

    #expect(file.tokens == [.init(text: "a", line: 5), .init(text: "c", line: 6)])
  }

  private func words(_ source: String) -> [String] {
    SwiftFile(path: "a.swift", text: source).tokens.map(\.text)
  }
}
