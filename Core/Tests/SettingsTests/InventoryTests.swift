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
    let census = Inventory(excluding: ["e2e-*", "class=suspended", "old-*"])
      .census(of: Self.tenants)

    #expect(census.tenants.map(\.slug) == ["acme"])
    #expect(census.leftOut.map(\.slug) == ["e2e-7", "old-town"])
    #expect(census.leftOut.map(\.reason) == [.excluded("e2e-*"), .excluded("class=suspended")])
  }

  @Test func `who comes and goes and who is switched off is left out by class, without a rule`() {
    let trial = Tenant(
      slug: "trial", address: "http://127.0.0.1:4",
      labels: [.init(key: "ring", value: "late"), .init(key: "class", value: "ephemeral")])
    let customer = Tenant(
      slug: "reno", address: "http://127.0.0.1:5",
      labels: [.init(key: "class", value: "production")])

    let census = Inventory(excluding: []).census(of: Self.tenants + [trial, customer])

    #expect(census.tenants.map(\.slug) == ["acme", "e2e-7", "reno"])
    #expect(census.leftOut.map(\.description) == ["old-town (suspended)", "trial (ephemeral)"])
    #expect(census.objection == nil)
  }

  @Test func `a class that is none is refused where it is written, and leaves nobody out before`() {
    let found = firstSentence(
      Sample.with("labels: {ring: canary}", "labels: {ring: canary, class: suspendet}"))
    #expect(
      found.contains(
        "expected 'production', 'ephemeral' or 'suspended' as the class of a tenant, found 'suspendet'"
      ),
      "\(found)")
    #expect(TenantClass(of: [.init(key: "class", value: "suspendet")]) == .production)
  }

  @Test func `a fleet that is left out by its classes is refused`() {
    let text = Sample.with("labels: {ring: canary}", "labels: {class: ephemeral}")
      .replacing("127.0.0.1:8802\"}", with: "127.0.0.1:8802\", labels: {class: suspended}}")

    #expect(
      firstSentence(text).contains("their class and 'exclude' leave out all 2 tenants"),
      "\(firstSentence(text))")
  }

  @Test func `a canary that its class leaves out is not in the fleet`() {
    let found = firstSentence(
      Sample.with("labels: {ring: canary}", "labels: {class: suspended}"))

    #expect(found.contains("the canary 'acme' is not in the fleet"), "\(found)")
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
