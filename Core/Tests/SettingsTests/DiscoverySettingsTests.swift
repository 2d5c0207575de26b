import Settings
import Testing
import Vocabulary

/// Tenants that a driver finds.
struct DiscoverySettingsTests {
  private static let list = """
    tenants:
          - {slug: acme, url: "http://127.0.0.1:8801", labels: {ring: canary}}
          - {slug: reno-stars, url: "http://127.0.0.1:8802"}
    """

  private func text(_ driver: String, _ discover: String) -> String {
    Sample.with(Self.list, "tenants: {discover: \(discover)}")
      .replacing("driver: processes", with: "driver: \(driver)")
  }

  private func discovery(_ driver: String, _ discover: String) throws -> DiscoverySettings {
    guard case .discovered(let discovery) = try accepted(text(driver, discover)).fleet.tenants
    else {
      throw Unexpected()
    }
    return discovery
  }

  private struct Unexpected: Error {}

  @Test(arguments: ["docker", "swarm", "kubernetes"])
  func `an engine is asked for what has the label`(driver: String) throws {
    let found = try discovery(driver, "{}")

    #expect(found.key == "pawl.tenant" && found.addresses == nil)
    #expect(found.labels.map(\.name) == ["ring", "region", "class"])
    #expect(found.labels.map(\.key) == ["pawl.ring", "pawl.region", "pawl.class"])
  }

  @Test func `the labels of the engine are named as they are there`() throws {
    let found = try discovery(
      "docker",
      "{label: com.example/tenant, url: \"https://{slug}.example.com\", labels: {ring: com.example/ring}}"
    )

    #expect(found.key == "com.example/tenant")
    #expect(found.addresses == "https://{slug}.example.com")
    #expect(found.labels.map(\.name) == ["ring"] && found.labels.map(\.key) == ["com.example/ring"])
  }

  @Test func `a cluster is asked for the label by which tenants are moved there`() throws {
    let cluster = "kubernetes\n    label: acme.example.com/tenant"

    #expect(try discovery(cluster, "{}").key == "acme.example.com/tenant")
    #expect(
      try discovery(cluster, "{label: acme.example.com/tenant}").key == "acme.example.com/tenant")
    let other = firstSentence(text(cluster, "{label: pawl.tenant}"))
    #expect(
      other.contains(
        "this fleet moves what has the label 'acme.example.com/tenant'; expected the same, found 'pawl"
      ),
      "\(other)")
  }

  @Test func `a control plane tells who there is, and the settings where they answer`() throws {
    let plane = "control-plane\n    url: https://cp.example.com\n    token: {env: CP_TOKEN}"

    let found = try discovery(plane, "{url: \"https://{slug}.example.com\"}")

    #expect(found.addresses == "https://{slug}.example.com" && found.labels == [])
    #expect(firstSentence(text(plane, "{}")).contains("missing key"))
    #expect(
      firstSentence(text(plane, "{label: a, url: \"https://{slug}.example.com\"}"))
        .contains("unknown key 'label'"))
  }

  @Test(arguments: [
    ("processes", "{}", "'driver: processes' has nothing to find tenants in"),
    ("docker", "{label: \"a b\"}", "is not a key of a label"),
    ("docker", "{url: \"https://example.com\"}", "is not an address of tenants"),
    ("docker", "{url: \"{slug}.example.com\"}", "is not an address of tenants"),
    ("docker", "{labels: {\"a b\": pawl.a}}", "is not a label"),
    ("docker", "{labels: {ring: \"a b\"}}", "is not a key of a label"),
    ("docker", "{every: 5m}", "unknown key 'every'"),
    ("docker", "pawl.tenant", "expected how tenants are found"),
  ])
  func `what cannot be asked for is refused`(driver: String, discover: String, sentence: String) {
    let found = firstSentence(text(driver, discover))

    #expect(found.contains(sentence), "\(found)")
  }

  @Test func `a program lists its own tenants`() {
    let found = firstSentence(text("command\n    redeploy: [bin/redeploy, \"{slug}\"]", "{}"))

    #expect(found.contains("'driver: command' has nothing to find tenants in"), "\(found)")
  }
}
