import Testing

/// What is put off, switched off or true only on one machine does not land.
struct LeftoverTests {
  /// In two halves, so that this file does not find itself.
  private static let markers = ["TO" + "DO", "FIX" + "ME"]
  private static let machinePaths = ["/wo" + "rk/", "/ho" + "me/", "/tmp" + "/wt", "/ro" + "ot/"]

  @Test func `nothing is left for later`() {
    let files = Repository.this.files.filter { !$0.path.hasSuffix(".md") && $0.path != "LICENSE" }

    expectNone(
      files.flatMap { file in
        Self.lines(of: file, containing: Self.markers).map {
          Finding(path: file.path, line: $0.line, message: "\($0.word): do it, or file an issue")
        }
      })
  }

  @Test func `no test is switched off`() {
    let repository = Repository.this

    expectNone(
      (repository.swiftFiles(under: "Tests") + repository.swiftFiles(under: "Core/Tests"))
        .flatMap(Self.switchedOff))
  }

  @Test func `no path of one machine is in the tree`() {
    expectNone(
      Repository.this.files.flatMap { file in
        Self.lines(of: file, containing: Self.machinePaths).map {
          Finding(
            path: file.path, line: $0.line,
            message: "\($0.word) exists on one machine only: say it relative to the repository")
        }
      })
  }

  @Test func `a marker is found with its line, a word that contains one is not`() {
    let file = TextFile(
      path: "a.swift", text: "a\n// \(Self.markers[0]): b\nmas\(Self.markers[0])s")

    #expect(Self.lines(of: file, containing: Self.markers).map(\.line) == [2])
  }

  @Test func `a test that is switched off is found`() {
    let source = "@Test(.disabled(\"flaky\")) func a() {}\nfunc b() throws { throw XCTSkip() }"

    #expect(Self.switchedOff(SwiftFile(path: "Tests/A.swift", text: source)).map(\.line) == [1, 2])
  }

  @Test func `a path of one machine is found`() {
    let file = TextFile(path: "a.md", text: "cd \(Self.machinePaths[1])me/pawl")

    #expect(Self.lines(of: file, containing: Self.machinePaths).map(\.line) == [1])
  }

  private static func switchedOff(_ file: SwiftFile) -> [Finding] {
    BannedCall(
      name: "a test that does not run",
      spellings: [[".", "disabled", "("], ["XCTSkip"], ["withKnownIssue"]],
      instead: "a test that passes, or none", folders: ["Tests", "Core/Tests"]
    ).findings(in: file)
  }

  /// The lines with one of `words` in them, not as a part of a longer word.
  private static func lines(
    of file: TextFile, containing words: [String]
  ) -> [(line: Int, word: String)] {
    let present = words.filter(file.text.contains)
    guard !present.isEmpty else { return [] }
    return file.lines.flatMap { number, text in
      present.filter { word in
        text.ranges(of: word).contains { range in
          let isWordBefore = text[..<range.lowerBound].last.map { $0.isLetter } ?? false
          return !(isWordBefore && word.first?.isLetter == true)
        }
      }.map { (number, $0) }
    }
  }
}
