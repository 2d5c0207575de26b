import Settings
import Testing
import Vocabulary

/// What becomes of everything that a driver found: in scope, or left out for a reason that can be named.
struct DiscoveredInventoryTests {
  private static func thing(
    _ slug: String, _ title: String? = nil, at address: String? = nil,
    labels: [String: String] = [:],
    isGoing: Bool = false, objection: String? = nil
  ) -> DiscoveredTenant {
    DiscoveredTenant(
      title: title ?? "container \(slug)", slug: slug,
      address: address ?? "http://\(slug).example.com",
      labels: labels.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value) },
      isGoing: isGoing, objection: objection)
  }

  private static func silent(_ slug: String) -> DiscoveredTenant {
    DiscoveredTenant(title: "container \(slug)", slug: slug)
  }

  private func sentences(
    _ found: [DiscoveredTenant], excluding rules: [TenantRule] = [],
    at template: AddressTemplate? = nil
  ) -> [String] {
    let census = Inventory(excluding: rules, addresses: template).census(of: found)
    return census.tenants.map { "\($0.slug) at \($0.address)" } + census.leftOut.map(\.description)
  }

  @Test func `everything that was found is accounted for, in the order of the slugs`() {
    let found = [
      Self.thing("reno"), Self.thing("e2e-7"), Self.thing("trial", labels: ["class": "ephemeral"]),
      Self.thing("oslo", labels: ["class": "suspended"]), Self.thing("lima", isGoing: true),
      Self.thing("acme", labels: ["class": "production", "ring": "canary"]),
    ]

    #expect(
      sentences(found, excluding: ["e2e-*"]) == [
        "acme at http://acme.example.com", "reno at http://reno.example.com",
        "e2e-7 (excluded by e2e-*)", "lima (being removed)", "oslo (suspended)",
        "trial (ephemeral)",
      ])
    #expect(
      sentences(found.reversed(), excluding: ["e2e-*"]) == sentences(found, excluding: ["e2e-*"]))
  }

  @Test func `labels come along, and rules may speak of them`() {
    let found = [
      Self.thing("acme", labels: ["ring": "canary"]), Self.thing("lab", labels: ["ring": "lab"]),
    ]

    let census = Inventory(excluding: ["ring=lab"]).census(of: found)

    #expect(census.tenants.map(\.labels) == [[.init(key: "ring", value: "canary")]])
    #expect(census.leftOut.map(\.reason) == [.excluded("ring=lab")])
  }

  @Test func `an address is said by the tenant itself, else by the template, else by nobody`() {
    #expect(
      sentences(
        [Self.thing("acme", at: "http://10.0.0.1:80"), Self.silent("reno")],
        at: "https://{slug}.example.com")
        == ["acme at http://10.0.0.1:80", "reno at https://reno.example.com"])
    #expect(
      sentences([Self.silent("reno")]) == [
        "container reno: nothing says where it answers: give it pawl.url, or write 'url' beside 'discover'"
      ])
  }

  @Test(arguments: [
    (thing("A b"), "found 'A b'"),
    (thing(""), "found nothing"),
    (thing("acme", at: "acme.example.com"), "as its address, found 'acme.example.com'"),
    (
      thing("acme", at: "http://user:hunter2@acme.example.com"),
      "found an address with a user or a password in it"
    ),
    (
      thing("acme", labels: ["class": "trial"]),
      "expected 'production', 'ephemeral' or 'suspended' as its class"
    ),
    (thing("acme", labels: ["ring": "the first"]), "as its label ring, found 'the first'"),
    (thing("acme", objection: "it is called foo"), "it is called foo"),
  ])
  func `what cannot be read or moved is ambiguous, and holds`(
    _ thing: DiscoveredTenant, sentence: String
  ) {
    let census = Inventory(excluding: []).census(of: [thing, Self.thing("reno")])

    #expect(census.tenants.map(\.slug) == ["reno"])
    #expect(census.objection?.contains(sentence) == true, "\(census)")
    #expect(census.objection?.contains(thing.title) == true, "\(census)")
  }

  @Test func `two that claim one name are both ambiguous, whatever they are`() {
    let twins = [
      Self.thing("acme", "container one"),
      Self.thing("acme", "container two", labels: ["class": "ephemeral"]),
    ]
    let why =
      "container one and container two both say they are acme: take the label from all but one"

    #expect(sentences(twins) == ["container one: \(why)", "container two: \(why)"])
    #expect(
      sentences(twins, excluding: ["class=ephemeral"])
        == ["acme at http://acme.example.com", "acme (excluded by class=ephemeral)"])
    #expect(
      sentences([
        Self.thing("acme", "container one"), Self.thing("acme", "container two", isGoing: true),
      ])
        == ["acme at http://acme.example.com", "acme (being removed)"])
  }

  @Test func `two that answer at one address would be proven by one answer`() {
    let found = [
      Self.thing("acme", at: "http://10.0.0.1"), Self.thing("reno", at: "http://10.0.0.1/"),
    ]
    let why = "acme, reno all answer at http://10.0.0.1: give each its own"

    #expect(sentences(found) == ["container acme: \(why)", "container reno: \(why)"])
  }

  @Test func `whoever is left out is asked for nothing`() {
    #expect(
      sentences(
        [
          Self.silent("e2e-1"),
          Self.thing("trial", labels: ["class": "ephemeral"], objection: "it is called foo"),
        ],
        excluding: ["e2e-*"]) == ["e2e-1 (excluded by e2e-*)", "trial (ephemeral)"])
  }

  @Test func `a rule by label leaves out what has no name that could be one, too`() {
    #expect(
      sentences([Self.thing("A b", labels: ["ring": "lab"])], excluding: ["ring=lab"])
        == ["container A b (excluded by ring=lab)"])
  }

  @Test func `nobody is an empty fleet, which is found`() {
    #expect(Inventory(excluding: []).census(of: [DiscoveredTenant]()) == [])
  }
}
