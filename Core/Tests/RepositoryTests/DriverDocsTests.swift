import Testing

/// A driver is a folder of its own; people find what it needs and what it cannot promise.
struct DriverDocsTests {
  /// The targets that hold drivers, with the kind of each and what its pages' names begin with.
  private static let kinds = [
    (target: "Fleets", kind: "fleet", pages: "fleets/"),
    (target: "Journaling", kind: "journal", pages: "journal-"),
    (target: "Forges", kind: "forge", pages: "forge-"),
  ]

  /// Folders of these targets that every driver shares.
  private static let shared = [
    "Sources/Fleets/Discovery", "Sources/Fleets/Engine", "Sources/Fleets/Prober",
    "Sources/Fleets/Record",
    "Sources/Journaling/Chain", "Sources/Journaling/Lease", "Sources/Forges/Hosted",
    "Sources/Forges/Webhooks",
  ]

  @Test func `every driver has a README beside it`() {
    let repository = Repository.this

    expectNone(
      Self.drivers(in: repository).filter { $0.kind != "forge" }.compactMap { driver in
        repository.page("\(driver.folder)/README.md") == nil
          ? Finding(path: driver.folder, line: 0, message: "expected a README.md, found none") : nil
      })
  }

  @Test func `every driver has a page that says what it needs and what it cannot promise`() {
    let repository = Repository.this
    let pages = Self.drivers(in: repository).map(\.page) + ["docs/drivers/registry-oci.md"]

    expectNone(pages.flatMap { Self.findings(path: $0, page: repository.page($0)) })
  }

  @Test func `a page without one of the two headings is found`() {
    let page = MarkdownPage(TextFile(path: "a.md", text: "# A\n## What it needs\n"))

    #expect(
      Self.findings(path: "a.md", page: page).map(\.description)
        == ["a.md: expected a heading '## What it cannot promise', found none"])
    #expect(
      Self.findings(path: "b.md", page: nil).map(\.description)
        == ["b.md: expected this page of a driver, found none"])
  }

  private static func drivers(
    in repository: Repository
  ) -> [(kind: String, folder: String, page: String)] {
    kinds.flatMap { target, kind, pages in
      repository.folders(in: "Sources/\(target)").map { name in
        let page = name == "ControlPlane" ? "control-plane" : name.lowercased()
        return (kind, "Sources/\(target)/\(name)", "docs/drivers/\(pages)\(page).md")
      }
    }.filter { !shared.contains($0.1) }
  }

  private static func findings(path: String, page: MarkdownPage?) -> [Finding] {
    guard let page else {
      return [Finding(path: path, line: 0, message: "expected this page of a driver, found none")]
    }
    return ["What it needs", "What it cannot promise"].filter { title in
      !page.headings.contains { $0.level == 2 && $0.text == title }
    }.map { Finding(path: path, line: 0, message: "expected a heading '## \($0)', found none") }
  }
}
