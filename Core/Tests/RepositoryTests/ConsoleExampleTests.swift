import Testing

/// What the docs tell people to type exists.
struct ConsoleExampleTests {
  private static let commands = "Sources/pawl/Commands"

  @Test func `every verb that the docs print is a command`() {
    let repository = Repository.this
    let files = repository.swiftFiles(under: Self.commands).map(\.path)
    guard !files.isEmpty else {
      // There is nothing to compare with until the first command has its file.
      print("\(Self.commands) has no files yet: the verbs of the docs were not checked")
      return
    }

    expectNone(repository.pages.flatMap { Self.findings(on: $0, files: files) })
  }

  @Test func `a verb without a command is found`() {
    let page = MarkdownPage(
      TextFile(
        path: "a.md",
        text: "# A\n```console\n$ pawl gate report --sha x\nok\n  $ pawl frobnicate --json\n```\n"))

    let findings = Self.findings(on: page, files: ["\(Self.commands)/GateCommand.swift"])

    #expect(
      findings.map(\.description)
        == ["a.md:5: 'pawl frobnicate' has no file in \(Self.commands): gate are the verbs there"])
  }

  @Test func `a verb in backticks is checked too, a bare name and an option are not`() {
    let page = MarkdownPage(
      TextFile(path: "a.md", text: "`pawl`, `pawl.yaml`, `pawl --help`, `pawl deploy`"))

    #expect(Self.findings(on: page, files: ["\(Self.commands)/Deploy.swift"]) == [])
    #expect(Self.findings(on: page, files: ["\(Self.commands)/Gate.swift"]).map(\.line) == [1])
  }

  @Test func `a verb of two words is one file`() {
    let page = MarkdownPage(
      TextFile(path: "a.md", text: "1. a\n   ```console\n   $ pawl control-plane\n   ```"))

    #expect(Self.findings(on: page, files: ["\(Self.commands)/ControlPlane.swift"]) == [])
  }

  private static func findings(on page: MarkdownPage, files: [String]) -> [Finding] {
    let verbs = files.map(verb)
    return typed(on: page).filter { !verbs.contains($0.verb.filter { $0 != "-" }) }.map {
      Finding(
        path: page.path, line: $0.line,
        message: "'pawl \($0.verb)' has no file in \(commands): "
          + "\(verbs.sorted().joined(separator: ", ")) are the verbs there")
    }
  }

  /// Every verb that the page tells people to type, in console blocks and in backticks.
  private static func typed(on page: MarkdownPage) -> [(verb: String, line: Int)] {
    let inBlocks = page.blocks.filter { $0.language == "console" }.flatMap { block in
      zip(block.line..., block.lines).filter { $0.1.hasPrefix("$ ") }
        .map { (line: $0.0, text: $0.1.dropFirst(2)) }
    }
    let inSpans = page.codeSpans.map { (line: $0.line, text: Substring($0.text)) }
    return (inBlocks + inSpans).compactMap { line, text in
      let words = text.split(separator: " ")
      guard words.count > 1, words[0] == "pawl", words[1].first?.isLetter == true else {
        return nil
      }
      return (String(words[1]), line)
    }
  }

  /// `Sources/pawl/Commands/GateCommand.swift` is where `gate` lives.
  private static func verb(ofFile path: String) -> String {
    let name = path.split(separator: "/").last?.split(separator: ".").first ?? ""
    return name.hasSuffix("Command")
      ? name.dropLast("Command".count).lowercased() : name.lowercased()
  }
}
