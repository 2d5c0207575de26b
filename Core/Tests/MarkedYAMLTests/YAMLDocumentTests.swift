import MarkedYAML
import Testing

struct YAMLDocumentTests {
  @Test func `every value and every key has its place`() throws {
    let root = try #require(YAMLDocument.read("a: 1\nb:\n  - x\n  - {c: 'y'}\n").root)

    #expect(root.entry("a")?.keyMark == YAMLMark(line: 1, column: 1))
    #expect(root["a"]?.mark == YAMLMark(line: 1, column: 4))
    #expect(root["b"]?.items.map(\.mark.line) == [3, 4])
    #expect(root["b"]?.items.last?["c"]?.style == .singleQuoted)
  }

  @Test func `a word stays the word that was written`() throws {
    let root = try #require(YAMLDocument.read("on: yes\nn: 0x10\ne:\nt: ~\nq: \"\"\n").root)

    #expect(root["on"]?.text == "yes")
    #expect(root["n"]?.text == "0x10")
    #expect(root["e"]?.isNothing == true)
    #expect(root["t"]?.isNothing == true)
    #expect(root["q"]?.text == "")
  }

  @Test func `two equal keys are told with both places, at any depth, and each pair of them`() {
    let document = YAMLDocument.read("a:\n  k: 1\n  k: 2\nb: 1\n'b': 2\n")

    #expect(
      document.problems == [
        .duplicateKey(
          "k", first: YAMLMark(line: 2, column: 3), second: YAMLMark(line: 3, column: 3)),
        .duplicateKey(
          "b", first: YAMLMark(line: 4, column: 1), second: YAMLMark(line: 5, column: 1)),
      ])
    #expect(document.root != nil)
  }

  @Test func `an alias has the place where it is used, and knows its anchor`() throws {
    let root = try #require(YAMLDocument.read("a: &x {k: v}\nb:\n  c: *x\n").root)

    let alias = try #require(root["b"]?["c"])
    #expect(alias.alias == "x")
    #expect(alias.mark.line == 3)
    #expect(alias.anchorMark?.line == 1)
    #expect(alias["k"]?.text == "v")
  }

  @Test func `a bomb of aliases ends at the limit`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...20 {
      let list = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(list)]\n"
    }

    let document = YAMLDocument.read(text)

    #expect(document.root == nil)
    #expect(document.problems.count == 1)
    guard case .limit? = document.problems.first else {
      Issue.record("expected a limit, found \(document.problems)")
      return
    }
  }

  @Test func `a bomb of aliases in a key is told and followed no further`() {
    let text = "a: &a [x]\nb: &b [*a, *a]\n? [*b, *b]\n: 1\n"

    #expect(YAMLDocument.read(text).problems.map(\.mark.line) == [3])
  }

  @Test func `signs in a shell block are no aliases`() {
    let text =
      "x: &one 1\ny: &two 2\nrun: |\n  rm dist/*tar ${A}:latest ? x\n  case *x: in\nz: *one\n"

    #expect(YAMLDocument.read(text).problems == [])
  }

  @Test(arguments: [
    ("", YAMLProblem.empty), ("a: b\n---\nc: d\n", .secondDocument(YAMLMark(line: 3, column: 1))),
    ("a\u{0}b", .control("\u{0}", YAMLMark(line: 1, column: 2))),
    ("? [a]\n: b\n", .collectionKey(YAMLMark(line: 1, column: 3))),
  ])
  func `what is no plain document is told`(text: String, problem: YAMLProblem) {
    #expect(YAMLDocument.read(text).problems == [problem])
  }

  @Test(arguments: ["\t- a", "a: [", "a: b: c", "a: |\nx", "*a", "a: 'b", "%YAML 9", "@x", "&"])
  func `what is no YAML is told with its place`(text: String) {
    let document = YAMLDocument.read(text)

    #expect(document.root == nil)
    guard case .syntax? = document.problems.first else {
      Issue.record("expected a syntax problem, found \(document.problems)")
      return
    }
  }

  @Test func `a text may be as long as the limit, nest deep, and end lines as on Windows`() {
    let deep = String(repeating: "[", count: 5_000)
    let long = YAMLDocument.Limits(bytesMax: 10)

    #expect(YAMLDocument.read("12345678901", limits: long).problems.count == 1)
    #expect(YAMLDocument.read(deep).root == nil)
    #expect(YAMLDocument.read(String(repeating: "- ", count: 50_000)).root == nil)
    #expect(YAMLDocument.read("\u{FEFF}a: b\r\nc: d\r\n").root?["c"]?.text == "d")
  }
}
