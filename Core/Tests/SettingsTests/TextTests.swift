import Diagnostics
import Settings
import Testing

/// What is no plain YAML is refused with a place, and cannot make the reader work for ever.
struct TextTests {
  @Test(arguments: [
    (
      "",
      "pawl.yaml:1:1: error: expected settings, found an empty document; "
        + "'pawl init' writes a file to start from"
    ),
    (
      "# only a comment\n",
      "pawl.yaml:1:1: error: expected settings, found an empty document; "
        + "'pawl init' writes a file to start from"
    ),
    (
      "a: b: c\n",
      "pawl.yaml:1:5: error: this is not YAML: mapping values are not allowed in this context"
    ),
    ("a: 1\n\tb: 2\n", "pawl.yaml:2:1: error: this is not YAML: a tab cannot indent; use spaces"),
    ("a: *b\n", "pawl.yaml:1:4: error: this is not YAML: found undefined alias"),
    (
      "a: 1\u{202E}\n",
      "pawl.yaml:1:5: error: expected text a person can see, found the hidden character U+202E; "
        + "delete it"
    ),
    (
      "a: 1\rb: 2\n",
      "pawl.yaml:1:5: error: expected text a person can see, found the hidden character U+000D; "
        + "delete it"
    ),
    (
      "a: &x [1]\n? *x\n: 2\n",
      "pawl.yaml:2:1: error: expected a plain word as key where aliases ('*name') are used; "
        + "write the key out, or quote the text if none is meant"
    ),
    (
      "a: &x [1]\n*x : 2\n",
      "pawl.yaml:2:1: error: expected a plain word as key where aliases ('*name') are used; "
        + "write the key out, or quote the text if none is meant"
    ),
  ])
  func `text that is no plain YAML is refused at its place`(text: String, sentence: String) {
    #expect(firstSentence(text) == sentence)
  }

  @Test func `an unfinished list names its beginning too`() {
    let report = DeliverySettings.parse(text: "images: [a\n", file: "pawl.yaml").report

    #expect(report.findings.map(\.rule) == [SettingsRule.syntax.id])
    #expect(report.findings[0].related.map(\.place.description) == ["pawl.yaml:1:9"])
  }

  @Test func `a key written twice is found with both places, and so is everything else`() {
    let text = Sample.with(
      "canary: [acme]", "canary: [acme]\n  soak: 1m\n  \"soak\": 2m\n  batch: none\n  soak: 3m")
    let findings = DeliverySettings.parse(text: text, file: "pawl.yaml").report.findings

    #expect(
      places(text) == [
        "18:3 error settings/duplicate-key", "19:10 error settings/wrong-type",
        "20:3 error settings/duplicate-key",
      ])
    #expect(findings[0].related.map(\.place.description) == ["pawl.yaml:17:3"])
    #expect(findings[0].message == "key 'soak' stands here a second time")
  }

  @Test func `keys written twice in several sections are all found`() {
    let text = Sample.text
      .replacing("delivery: platform", with: "delivery: platform\ndelivery: other")
      .replacing("follows: proven", with: "follows: proven, follows: candidates")

    #expect(
      places(text) == ["2:1 error settings/duplicate-key", "13:29 error settings/duplicate-key"])
  }

  @Test func `a key that is a list is reported, each time`() {
    let text = "? [a]\n: 1\n? [a]\n: 2\n"

    #expect(
      places(text).filter { $0.hasSuffix("wrong-type") } == [
        "1:3 error settings/wrong-type", "3:3 error settings/wrong-type",
      ])
  }

  @Test func `of many equal keys the first twenty are told`() {
    let text = String(repeating: "k: x\n", count: 9_000)

    let told = places(text).filter { $0.hasSuffix("duplicate-key") }

    #expect(told.count == 20)
    #expect(told.last == "21:1 error settings/duplicate-key")
  }

  @Test func `a second document is refused, and the first still read`() {
    #expect(
      places(Sample.with("slug: reno-stars", "slug: Reno") + "---\na: 1\n") == [
        "22:16 error settings/malformed", "24:1 error settings/syntax",
      ])
  }

  @Test func `a tag is refused`() {
    #expect(
      places(Sample.with("delivery: platform", "delivery: !!binary platform")) == [
        "1:11 error settings/syntax"
      ])
    #expect(
      places(Sample.with("delivery: platform", "!key delivery: platform")) == [
        "1:1 error settings/syntax"
      ])
  }

  @Test func `a text over a mebibyte is not parsed`() {
    let text = Sample.adding(String(repeating: "#", count: 1 << 20))

    #expect(places(text) == ["1:1 error settings/too-large"])
  }

  /// Six levels, half a million values: enough to fail, and not to exhaust the machine that runs it.
  @Test func `aliases that multiply are stopped`() {
    let levels = (1...6).map { level in
      "l\(level): &l\(level) ["
        + Array(repeating: "*l\(level - 1)", count: 9).joined(separator: ", ")
        + "]"
    }
    let text = "l0: &l0 [x]\n" + levels.joined(separator: "\n") + "\n"

    #expect(places(text).map { $0.hasSuffix("error settings/too-large") } == [true])
  }

  @Test(arguments: [51, 900, 5_000, 200_000])
  func `nesting is stopped before it can exhaust the stack`(depth: Int) {
    let flow = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    let block = String(repeating: "- ", count: depth) + "a\n"

    for text in ["delivery: \(flow)\n", block] {
      let report = DeliverySettings.parse(text: text, file: "pawl.yaml").report
      #expect(report.count(of: .error) == 1)
    }
  }

  @Test func `ten thousand values are the limit`() {
    let few = "images: [" + Array(repeating: "a", count: 9_000).joined(separator: ",") + "]\n"
    let many = "images: [" + Array(repeating: "a", count: 10_000).joined(separator: ",") + "]\n"

    #expect(!places(few).contains { $0.hasSuffix("too-large") && $0.contains("error") })
    #expect(places(many).count == 1)
  }

  @Test func `no more findings than a person reads are kept`() {
    let text = (1...500).map { "key\($0): 1\n" }.joined()

    #expect(places(text).count == 201)
    #expect(places(text).contains { $0.contains("note settings/too-large") })
  }

  @Test func `lines may end as on Windows`() {
    let text = Sample.with("canary: [acme]", "canary: [acne]")

    #expect(places(text.replacing("\n", with: "\r\n")) == places(text))
  }

  @Test func `columns count what a person sees as a character's scalars`() {
    #expect(
      places("delivery: platform\n\"schlüssel\": 1\n").contains("2:1 error settings/unknown-key"))
    #expect(
      places(Sample.with("{slug: reno-stars,", "{labels: {ä: b}, slug: reno-stars,"))
        .contains("22:19 error settings/malformed"))
  }
}
