import Diagnostics
import Settings
import Testing
import Vocabulary

/// Tenants that are listed in a file of their own.
struct TenantFileTests {
  private func settings(canary: String = "[acme]") throws -> DeliverySettings {
    let tenants = """
      tenants:
            - {slug: acme, url: "http://127.0.0.1:8801", labels: {ring: canary}}
            - {slug: reno-stars, url: "http://127.0.0.1:8802"}
      """
    return try accepted(
      Sample.with(tenants, "tenants: {file: fleet/tenants.yaml}")
        .replacing("canary: [acme]", with: "canary: \(canary)"))
  }

  private func places(_ checked: Checked<[Tenant]>) -> [String] {
    checked.report.findings.map {
      "\($0.place) \($0.severity.rawValue) \($0.rule)"
    }
  }

  @Test func `pawl.yaml names the file`() throws {
    #expect(try settings().fleet.tenants == .file("fleet/tenants.yaml"))
  }

  @Test func `the file is a list of tenants`() throws {
    let checked = try settings().tenants(
      text:
        "- {slug: acme, url: \"http://127.0.0.1:1\"}\n- {slug: b, url: \"http://127.0.0.1:2\"}\n",
      file: "tenants.yaml")

    #expect(
      checked.value == [
        Tenant(slug: "acme", address: "http://127.0.0.1:1"),
        Tenant(slug: "b", address: "http://127.0.0.1:2"),
      ])
    #expect(checked.report.isEmpty)
  }

  @Test func `it is read as strictly as pawl.yaml`() throws {
    let checked = try settings().tenants(
      text: """
        - {slug: acme, url: "http://127.0.0.1:1", label: {ring: canary}}
        - {slug: acme, url: "http://127.0.0.1:1"}
        """, file: "tenants.yaml")

    #expect(
      places(checked) == [
        "tenants.yaml:1:43 error settings/unknown-key",
        "tenants.yaml:2:10 error settings/duplicate-name",
        "tenants.yaml:2:21 error settings/duplicate-name",
      ])
  }

  @Test(arguments: ["", "[]\n", "acme\n", "tenants: []\n"])
  func `a file without a tenant is refused`(text: String) throws {
    let checked = try settings().tenants(text: text, file: "tenants.yaml")

    #expect(checked.value == nil)
    #expect(checked.report.count(of: .error) == 1)
  }

  @Test func `it may list ten thousand tenants`() throws {
    let text = (1...10_000).map { "- {slug: t\($0), url: \"http://127.0.0.1:\($0)\"}\n" }.joined()

    let checked = try settings(canary: "none").tenants(text: text, file: "tenants.yaml")

    #expect(checked.value?.count == 10_000)
    #expect(checked.report.isEmpty)
  }

  @Test func `the canary has to be in it`() throws {
    let text =
      "- {slug: other, url: \"http://127.0.0.1:1\"}\n- {slug: b, url: \"http://127.0.0.1:2\"}\n"

    #expect(
      try places(settings().tenants(text: text, file: "tenants.yaml")) == [
        "tenants.yaml:1:1 error settings/unknown-name"
      ])
    #expect(
      try places(settings(canary: "{label: ring=canary}").tenants(text: text, file: "t.yaml")) == [
        "t.yaml:1:1 error settings/unknown-name"
      ])
    #expect(try settings(canary: "none").tenants(text: text, file: "t.yaml").report.isEmpty)
  }
}
