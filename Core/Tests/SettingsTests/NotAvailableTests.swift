import Diagnostics
import Settings
import Testing

/// What belongs to pawl.yaml and cannot be had yet is refused by name: nothing is silently left
/// unchecked.
struct NotAvailableTests {
  @Test(arguments: [
    (
      "- name: platform", "- name: platform\n    revision_label: com.example.sha",
      "'images[0].revision_label: com.example.sha'", "'org.opencontainers.image.revision'"
    )
  ])
  func `a word for a later version is named as such`(
    old: String, new: String, what: String, expected: String
  ) {
    let sentence = firstSentence(Sample.with(old, new))

    #expect(
      sentence.hasSuffix("error: \(what) is not available in this version; expected \(expected)"),
      "\(sentence)")
  }

  @Test func `informational contexts are refused where only reports count`() {
    let text = Sample.with(
      "{required: [\"CI / tests\"]}", "{required: [\"CI / tests\"], informational: [\"qa / *\"]}")

    #expect(places(text) == ["14:55 error settings/not-available"])
  }

  @Test(arguments: [
    "notify: [{webhook: \"https://chat.example.com\"}]"
  ])
  func `a section for a later version is refused`(line: String) {
    let rules = DeliverySettings.parse(text: Sample.adding(line), file: "pawl.yaml").report.findings
      .map(\.rule)

    #expect(rules == [SettingsRule.notAvailable.id])
  }

  @Test func `another driver is refused without complaints about its own keys`() {
    let text = Sample.with("driver: processes", "driver: nomad\n    contexts: [production]")

    #expect(places(text) == ["19:13 error settings/malformed"])
  }

  @Test func `a token is refused and not shown`() {
    let text = Sample.with("forge: git\n", "forge: git\n  token: {env: FORGE_TOKEN}\n")

    #expect(places(text) == ["4:10 error settings/not-available"])
  }
}
