import Settings
import Testing
import Vocabulary

/// Who is in the fleet, and who is left out of it by which rule.
struct InventoryTests {
  private static let tenants: [Tenant] = [
    Tenant(slug: "acme", address: "http://127.0.0.1:1"),
    Tenant(slug: "e2e-7", address: "http://127.0.0.1:2"),
    Tenant(
      slug: "old-town", address: "http://127.0.0.1:3",
      labels: [.init(key: "class", value: "suspended")]),
  ]

  @Test func `everybody is in scope or left out by a rule that can be named`() {
    let inventory = Inventory(Self.tenants, excluding: ["e2e-*", "class=suspended", "old-*"])

    #expect(inventory.inScope.map(\.slug) == ["acme"])
    #expect(inventory.excluded.map(\.tenant.slug) == ["e2e-7", "old-town"])
    #expect(inventory.excluded.map(\.rule) == ["e2e-*", "class=suspended"])
  }

  @Test(arguments: [
    ("acme", "acme", true), ("acme", "acme-2", false), ("e2e-*", "e2e-", true),
    ("e2e-*", "rt-e2e-1", false), ("*e2e*", "rt-e2e-1", true), ("a*b*c", "a-b-b-c", true),
    ("a*b*c", "a-c-b", false), ("a*a", "a", false), ("*-x", "a-x", true), ("*-x", "a-xy", false),
  ])
  func `a star stands for anything`(rule: String, slug: String, matches: Bool) throws {
    let tenant = Tenant(slug: TenantSlug(normalized: slug), address: "http://127.0.0.1:1")

    #expect(try TenantRule(parsing: rule).matches(tenant) == matches)
  }

  @Test(arguments: ["", "*", "**", "E2E-*", "e2e *", "class=", "=x", "a=b=c d"])
  func `what is no rule is refused`(text: String) {
    #expect(throws: Malformed.self) { try TenantRule(parsing: text) }
  }

  @Test func `pawl.yaml names rules, and a program that lists the tenants`() throws {
    let fleet = try accepted(
      Sample.with(
        "      - {slug: reno-stars",
        "      - {slug: e2e-1, url: \"http://127.0.0.1:8803\"}\n      - {slug: reno-stars"
      )
      .replacing("driver: processes", with: "driver: processes\n    exclude: [\"e2e-*\"]")
    ).fleet
    #expect(fleet.excluded == ["e2e-*"])

    let tenants = """
      tenants:
            - {slug: acme, url: "http://127.0.0.1:8801", labels: {ring: canary}}
            - {slug: reno-stars, url: "http://127.0.0.1:8802"}
      """
    let listed = try accepted(Sample.with(tenants, "tenants: {command: [bin/list, --json]}")).fleet
    #expect(listed.tenants == .command(["bin/list", "--json"]))
  }

  @Test(arguments: [
    ("exclude: [acme, \"reno-*\"]", "'exclude' leaves out all 2 tenants"),
    ("exclude: []", "'fleets.production.exclude' is empty"),
    ("exclude: [\"*\"]", "'fleets.production.exclude[0]' is not a rule for tenants"),
    ("exclude: [acme]", "the canary 'acme' is not in the fleet"),
  ])
  func `rules that leave nothing to prove are refused`(line: String, sentence: String) {
    let found = firstSentence(
      Sample.with("driver: processes", "driver: processes\n    \(line)"))

    #expect(found.contains(sentence), "\(found)")
  }
}
