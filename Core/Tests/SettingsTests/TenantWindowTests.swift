import Settings
import Testing
import Vocabulary

/// When tenants may be moved, as it is written in pawl.yaml and on what a driver finds.
struct TenantWindowTests {
  private static let plain = #"{slug: reno-stars, url: "http://127.0.0.1:8802"}"#

  private func text(window: String) -> String {
    Sample.with(Self.plain, Self.plain.replacing("}", with: ", window: \(window)}"))
  }

  private func windows(_ text: String) throws -> [ReleaseWindow]? {
    guard case .listed(let tenants) = try accepted(text).fleet.tenants else { return nil }
    return tenants[1].windows
  }

  private static func weekly(_ from: String, _ to: String) throws -> WindowSpan {
    .weekly(
      from: try #require(MinuteOfWeek(written: from)), to: try #require(MinuteOfWeek(written: to)))
  }

  @Test func `a tenant has one window or several, whose zones are not looked up yet`() throws {
    let one = try windows(
      text(window: #"{allow: "Sat 02:00-Sat 05:00", zone: Europe/Berlin, reason: quiet}"#))
    let two = try windows(
      text(
        window:
          #"[{deny: "Mon 08:00-Fri 18:00"}, {deny: "2026-12-20T00:00:00Z/2027-01-04T00:00:00Z"}]"#
      ))

    #expect(
      one == [
        ReleaseWindow(
          kind: .allow, span: try Self.weekly("Sat 02:00", "Sat 05:00"),
          zone: ZoneOffsets(unknown: "Europe/Berlin"), reason: "quiet")
      ])
    #expect(two?.map(\.kind) == [.deny, .deny])
    #expect(two?.map(\.zone.name) == ["UTC", "UTC"])
    #expect(try windows(Sample.text) == nil)
  }

  @Test(arguments: [
    ("[]", "'fleets.production.tenants[1].window' is empty"),
    ("nights", "expected a window such as {allow: \"Sat 02:00-Sat 05:00\"}, or a list of them"),
    ("{zone: UTC}", "expected one of 'deny' and 'allow', found neither"),
    ("{allow: nights}", "expected 'Fri 16:00-Mon 08:00' every week"),
    ("{allow: \"Sat 02:00-Sat 05:00\", zone: \"/etc\"}", "is not a time zone"),
    ("{allow: \"Sat 02:00-Sat 05:00\", reson: quiet}", "did you mean 'reason'?"),
  ])
  func `a window that cannot be meant is refused where it is written`(window: String, words: String)
  {
    let sentence = firstSentence(text(window: window))

    #expect(sentence.contains("pawl.yaml:22:"), "\(sentence)")
    #expect(sentence.contains(words), "\(sentence)")
  }

  @Test func `what a driver finds may carry windows as a label`() throws {
    let census = Inventory(excluding: []).census(of: [
      thing("acme", "allow Sat 02:00-Sat 05:00 Europe/Berlin; deny Fri 16:00-Mon 08:00")
    ])

    #expect(
      census.tenants.first?.windows == [
        ReleaseWindow(
          kind: .allow, span: try Self.weekly("Sat 02:00", "Sat 05:00"),
          zone: ZoneOffsets(unknown: "Europe/Berlin"), reason: ""),
        ReleaseWindow(
          kind: .deny, span: try Self.weekly("Fri 16:00", "Mon 08:00"),
          zone: ZoneOffsets(unknown: "UTC"), reason: ""),
      ])
  }

  @Test(arguments: [
    "", "nights", "allow", "allow Sat 02:00", "allow Sat 02:00-Sat 05:00;", "permit x",
  ])
  func `a window that cannot be read holds everybody`(label: String) {
    let census = Inventory(excluding: []).census(of: [thing("acme", label)])

    #expect(census.tenants == [])
    #expect(
      census.objection?.contains("expected windows such as 'allow Sat 02:00-Sat 05:00") == true,
      "\(census.objection ?? "")")
  }

  private func thing(_ slug: String, _ windows: String) -> DiscoveredTenant {
    DiscoveredTenant(
      title: "container \(slug)", slug: slug, address: "http://\(slug).example.com",
      windows: windows)
  }
}
