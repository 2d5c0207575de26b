import Diagnostics
import Foundation
import Testing

/// A finding as a person, an editor and a program read it.
struct FindingTests {
  private let place = SourcePlace(file: "pawl.yaml", line: 12, column: 3)

  @Test func `a finding points at its line with a caret`() {
    let finding = Finding(
      .error, rule: RuleID("settings/unknown-key"), "unknown key 'soack'; expected 'soak'",
      at: place,
      hint: "did you mean 'soak'?",
      related: [
        Finding.Related(
          place: SourcePlace(file: "pawl.yaml", line: 10, column: 1),
          message: "the section begins here")
      ], excerpt: "  soack: 60s")

    #expect(
      finding.description == """
        pawl.yaml:12:3: error: unknown key 'soack'; expected 'soak'; did you mean 'soak'?
          12 |   soack: 60s
             |   ^
        pawl.yaml:10:1: note: the section begins here
        """)
  }

  @Test func `a finding without a line is one sentence`() {
    let finding = Finding(.warning, rule: RuleID("a/b"), "something is odd", at: place)

    #expect(finding.description == "pawl.yaml:12:3: warning: something is odd")
  }

  @Test func `a long line is cut around the place`() {
    let line = String(repeating: "a", count: 300)
    let finding = Finding(
      .error, rule: RuleID("a/b"), "here", at: SourcePlace(file: "f", line: 1, column: 151),
      excerpt: line)
    let lines = finding.description.split(separator: "\n")

    #expect(lines[1] == "  1 | …" + String(repeating: "a", count: 100) + "…")
    #expect(lines[2] == "    | " + String(repeating: " ", count: 51) + "^")
  }

  @Test(arguments: [1, 2, 99, 100, 101, 250, 300, 301, 100_000])
  func `a caret never leaves the line that is shown`(column: Int) {
    let finding = Finding(
      .error, rule: RuleID("a/b"), "here", at: SourcePlace(file: "f", line: 1, column: column),
      excerpt: String(repeating: "a", count: 300))
    let lines = finding.description.split(separator: "\n")

    #expect(lines.count == 3)
    #expect(lines[2].count <= lines[1].count + 1)
  }

  @Test func `what comes from a file cannot steer the terminal`() {
    let finding = Finding(
      .error, rule: RuleID("a/b"), "found \u{1B}[2J",
      at: SourcePlace(file: "\u{1B}]0;x", line: 1, column: 1),
      hint: "two\nlines", related: [Finding.Related(place: place, message: "\u{202E}gnp")],
      excerpt: "\tkey: \u{1B}[31m\u{202E}")

    #expect(
      finding.description == """
        ?]0;x:1:1: error: found ?[2J; two?lines
          1 |  key: ?[31m?
            | ^
        pawl.yaml:12:3: note: ?gnp
        """)
  }

  @Test func `a finding survives JSON`() throws {
    let report = FindingReport([
      Finding(
        .error, rule: RuleID("a/b"), "m", at: place, hint: "h",
        related: [Finding.Related(place: place, message: "r")], excerpt: "e"),
      Finding(.note, rule: RuleID("c/d"), "n", at: place),
    ])

    let data = try JSONEncoder().encode(report)

    #expect(try JSONDecoder().decode(FindingReport.self, from: data) == report)
  }

  @Test func `the names in JSON are stable`() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]

    let data = try encoder.encode(
      Finding(.error, rule: RuleID("a/b"), "m", at: place, hint: "h", excerpt: "e"))

    #expect(
      String(decoding: data, as: UTF8.self)
        == #"{"excerpt":"e","hint":"h","message":"m","place":{"column":3,"file":"pawl.yaml","line":12},"#
        + #""related":[],"rule":"a/b","severity":"error"}"#)
  }
}
