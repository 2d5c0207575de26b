import Diagnostics
import Settings
import Testing
import Vocabulary

/// The file that `pawl init` writes.
struct InitialSettingsTests {
  @Test func `the first file is accepted as it stands`() throws {
    let settings = try accepted(InitialSettings().text)

    #expect(settings.name == "platform")
    #expect(settings.rollout.canary == .slugs(["first"]))
  }

  @Test func `what it was made from comes back`() throws {
    let text = InitialSettings(
      delivery: "shop", repository: "/srv/my repos/shop \"1\"", registry: "127.0.0.1:5044",
      images: [
        InitialSettings.Image(name: "shop", repository: "acme/shop"),
        InitialSettings.Image(name: "shop-tenant", repository: "acme/shop-tenant"),
      ],
      tenants: [
        Tenant(
          slug: "null", address: "http://127.0.0.1:9001",
          labels: [Tenant.Label(key: "ring", value: "0")]),
        Tenant(slug: "1", address: "http://127.0.0.1:9002"),
      ]
    ).text
    let settings = try accepted(text)

    #expect(settings.name == "shop")
    #expect(settings.source.location == "/srv/my repos/shop \"1\"")
    #expect(settings.registries.map(\.host) == ["127.0.0.1:5044"])
    #expect(settings.images.map(\.build.repository) == ["acme/shop", "acme/shop-tenant"])
    #expect(settings.fleet.image.name == "shop-tenant")
    #expect(
      settings.fleet.tenants
        == .listed([
          Tenant(
            slug: "null", address: "http://127.0.0.1:9001",
            labels: [Tenant.Label(key: "ring", value: "0")]),
          Tenant(slug: "1", address: "http://127.0.0.1:9002"),
        ]))
  }

  @Test func `it warns only of what it leaves to be filled in`() {
    #expect(
      DeliverySettings.parse(text: InitialSettings().text, file: "pawl.yaml").report.summary
        == "1 warning")
  }

  @Test func `one tenant has no canary`() throws {
    let text = InitialSettings(tenants: [Tenant(slug: "only", address: "http://127.0.0.1:1")]).text

    #expect(try accepted(text).rollout.canary == RolloutPlan.Canary.none)
  }

  @Test func `it is short and stays within the width of a screen`() {
    let lines = InitialSettings().text.split(separator: "\n", omittingEmptySubsequences: false)

    #expect(lines.count <= 60)
    #expect(lines.allSatisfy { $0.count <= 110 })
  }
}
