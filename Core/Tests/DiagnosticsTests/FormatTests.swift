import Diagnostics
import Testing

struct FormatTests {
  private static let finding = Finding(
    .warning, rule: RuleID("a-rule"), "50% of, this:\nis wrong",
    at: SourcePlace(file: "a,b.yml", line: 2, column: 3), hint: "mend it",
    related: [
      Finding.Related(place: SourcePlace(file: "c d.yml", line: 4, column: 5), message: "here")
    ])

  @Test func `a JSON text keeps its order and escapes what must be`() {
    let text = JSONText.object([
      ("b", .list([.number(1), .bool(true), .null])), ("a", .string("\"\\\n\u{1}\u{2028}é")),
      ("c", .list([])), ("d", .object([])),
    ]).pretty

    #expect(
      text == """
        {
          "b": [
            1,
            true,
            null
          ],
          "a": "\\"\\\\\\n\\u0001\\u2028é",
          "c": [],
          "d": {}
        }
        """)
  }

  @Test func `an annotation is escaped as the runner reads it back`() {
    #expect(
      Self.finding.githubAnnotation
        == "::warning file=a%2Cb.yml,line=2,col=3,title=a-rule::50%25 of, this:%0Ais wrong; mend it"
    )
  }

  @Test func `a finding is one line with its rule at the end`() {
    #expect(
      Self.finding.line == "a,b.yml:2:3: warning: 50% of, this:?is wrong; mend it [a-rule]")
  }

  @Test func `a SARIF log holds rules, places, fingerprints and what could not be checked`() {
    let log = SARIFLog(
      tool: "t", version: "1.0.0",
      rules: [.init(id: RuleID("a-rule"), summary: "s", help: "h", severity: .error)],
      results: [.init(finding: Self.finding, fingerprint: "f", isKnown: true)],
      notifications: ["could not"]
    ).json.pretty

    for part in [
      "\"version\": \"2.1.0\"", "\"semanticVersion\": \"1.0.0\"", "\"ruleIndex\": 0",
      "\"level\": \"warning\"", "\"uri\": \"a%2Cb.yml\"", "\"uri\": \"c%20d.yml\"",
      "\"startLine\": 2",
      "\"pawl/v1\": \"f\"", "\"baselineState\": \"unchanged\"", "\"executionSuccessful\": false",
      "\"columnKind\": \"unicodeCodePoints\"",
    ] {
      #expect(log.contains(part), "\(part)")
    }
  }
}
