import Testing
import Vocabulary

/// The words that gates are written in.
struct GateWordTests {
  @Test(arguments: [
    ("CI / *", "CI / tests (push)", true), ("CI / *", "CI / ", false), ("*", "a", true),
    ("E2E / * (push)", "E2E / a (push)", true), ("E2E / * (push)", "E2E / a (pull_request)", false),
    ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-c-b", false), ("ci", "CI", false), ("ci", "ci", true),
    ("**", "anything", true), ("a*a", "a", false),
  ])
  func `a star stands for anything, and everything else for itself`(
    pattern: String, name: String, matches: Bool
  ) throws {
    guard let name = try? ContextName(parsing: name) else { return #expect(!matches) }

    #expect(try ContextPattern(parsing: pattern).matches(name) == matches)
  }

  @Test(arguments: [
    ("server/**", "server/a/b.go", true), ("server/**", "server", false), ("**", "a/b", true),
    ("*.md", "README.md", true), ("*.md", "docs/a.md", false), ("**.md", "docs/a.md", true),
    ("docs/*", "docs/a", true), ("docs/*", "docs/a/b", false), ("a/**/z", "a/b/c/z", true),
    ("**/x", "a/x", true), ("a*c", "abc", true), ("", "", false),
  ])
  func `a path pattern stays in its folder unless it has two stars`(
    pattern: String, path: String, matches: Bool
  ) {
    guard let pattern = try? PathPattern(parsing: pattern) else { return #expect(!matches) }

    #expect(pattern.matches(path) == matches)
  }

  @Test func `later patterns overrule earlier ones`() {
    let filter = PathFilter(["server/**", "!**.md", "server/important.md"])

    #expect(filter.matches("server/main.go"))
    #expect(!filter.matches("server/README.md"))
    #expect(filter.matches("server/important.md"))
    #expect(!filter.matches("web/app.ts"))
  }

  @Test func `a pattern that would take exponential time does not`() throws {
    let pattern = try PathPattern(parsing: String(repeating: "**a", count: 90))

    #expect(!pattern.matches(String(repeating: "a", count: 80) + "b"))
  }

  @Test(arguments: [
    ("2026-06-12T21:43:04Z", 1_781_300_584_000), ("2026-06-12T23:43:04+02:00", 1_781_300_584_000),
    ("2026-06-12T21:43:04.123456Z", 1_781_300_584_123), ("1970-01-01T00:00:00Z", 0),
    ("0001-01-01T00:00:00Z", -62_135_596_800_000),
  ])
  func `times of forges are read`(text: String, milliseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "2026-06-12", "2026-13-01T00:00:00Z", "2026-06-12T24:00:00Z", "2026-06-12T21:43:04",
    "2026-06-12T21:43:04.Z", "2026-06-12T21:43:04Zx", "２026-06-12T21:43:04Z",
  ])
  func `what is no time is none`(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test(
    arguments: [
      ("Mon 00:00", 0), ("fri 16:00", 6_720), ("SUN 23:59", 10_079), ("Fri 24:00", nil),
      ("Fri", nil),
      ("Fri 1:00", nil), ("Friday 16:00", nil),
    ] as [(String, Int?)])
  func `a minute of the week is a day and a time`(text: String, minute: Int?) {
    #expect(MinuteOfWeek(written: text)?.minute == minute)
  }

  @Test func `a report of checks keeps what was asked, and names a few of the rest`() {
    let checks = (0..<60).map {
      Check(context: ContextName(normalized: "job \($0)"), state: .success)
    }

    let report = CheckReport(of: checks, asking: ["job 7", "job 1*"])

    #expect(report.asked.count == 12)
    #expect(report.others.count == 40)
    #expect(report.count == 60)
  }
}
