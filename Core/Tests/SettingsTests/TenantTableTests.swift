import Diagnostics
import Settings
import Testing
import Vocabulary

/// Tenants that come out of a database.
struct TenantTableTests {
  private func parse(_ text: String, template: String? = nil) -> Checked<[Tenant]> {
    TenantTable.parse(text: text, file: "census.tsv", template: template)
  }

  @Test func `columns become slug, address and labels`() {
    let checked = parse(
      "slug\turl\tring\nacme\thttps://acme.example.com\tcanary\r\nb\thttps://b.example.com\t\n")

    #expect(
      checked.value == [
        Tenant(
          slug: "acme", address: "https://acme.example.com",
          labels: [.init(key: "ring", value: "canary")]),
        Tenant(slug: "b", address: "https://b.example.com"),
      ])
  }

  @Test func `addresses can follow from the slug`() {
    let checked = parse("slug\nacme\n", template: "https://{slug}.example.com")

    #expect(checked.value?.map(\.address) == ["https://acme.example.com"])
  }

  @Test(arguments: [
    "slug\turl\tclass\nacme\thttp://127.0.0.1:1\tproduction\n",
    "slug\turl\twindow\nacme\thttp://127.0.0.1:1\tallow Sat 02:05-Sun 15:00 Europe/Berlin;"
      + "deny 2026-12-20T00:00:00Z/2027-01-04T00:00:00Z\n",
  ])
  func `what is written is what pawl.yaml's file holds`(table: String) throws {
    let tenants = try #require(parse(table).value)
    let settings = try accepted(Sample.text)

    let read = settings.tenants(text: TenantTable.list(tenants), file: "tenants.yaml")

    #expect(read.value == tenants)
    #expect((tenants[0].windows?.count ?? 0) == (table.contains("window") ? 2 : 0))
  }

  @Test(arguments: [
    ("", "census.tsv:1:1: error: expected 'slug' as the name of the first column, found ''"),
    ("name\turl\n", "census.tsv:1:1: error: expected 'slug' as the name of the first column"),
    ("slug\n a\n", "census.tsv:1:1: error: expected a column 'url', found none"),
    ("slug\turl\n", "census.tsv:1:1: error: expected at least one tenant under the names"),
    (
      "slug\turl\turl\na\thttp://a\thttp://b\n",
      "census.tsv:1:1: error: two columns are named 'url'"
    ),
    ("slug\turl\na\n", "census.tsv:2:1: error: expected 2 columns, found 1"),
    ("slug\turl\nA b\thttp://a\n", "census.tsv:2:1: error: 'slug' is not a tenant slug"),
    ("slug\turl\na\tnowhere\n", "census.tsv:2:1: error: 'url' is not a"),
    ("slug\turl\na\thttp://a\na\thttp://b\n", "census.tsv:3:1: error: there is another tenant 'a'"),
    (
      "slug\turl\twindow\na\thttp://a\tsundays\n",
      "census.tsv:2:1: error: 'window': expected windows such as 'allow Sat"
    ),
    ("slug\turl\tring\na\thttp://a\tbig one\n", "census.tsv:2:1: error: 'ring' is not a label"),
    (
      "slug\turl\tclass\na\thttp://a\ttrial\n",
      "census.tsv:2:1: error: 'class': expected 'production', 'ephemeral' or 'suspended' as the class"
    ),
  ])
  func `a table that cannot be used is refused as a whole`(text: String, sentence: String) {
    let checked = parse(text)

    #expect(checked.value == nil)
    let first = checked.report.findings.first.map { String($0.description.prefix { $0 != "\n" }) }
    #expect(first?.hasPrefix(sentence) == true, "\(first ?? "nothing found")")
  }
}
