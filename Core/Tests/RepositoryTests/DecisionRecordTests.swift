import Testing

/// Decisions are numbered, complete, and cover every dependency.
struct DecisionRecordTests {
  private static let folder = "docs/decisions/"

  @Test func `no two decision records have one number`() {
    expectNone(Self.numbering(of: Self.records(of: .this).map(\.path)))
  }

  @Test func `every decision record says its status, context, decision and consequences`() {
    expectNone(Self.records(of: .this).flatMap(Self.missingHeadings))
  }

  @Test func `every dependency is named in a decision record`() {
    let repository = Repository.this
    let texts = Self.records(of: repository).compactMap { repository.file($0.path)?.text }

    expectNone(Self.undecided(repository.manifests, records: texts))
  }

  @Test func `a number that is used twice is found`() {
    let paths = ["docs/decisions/0001-a.md", "docs/decisions/0001-c.md"]

    #expect(
      Self.numbering(of: paths).map(\.description)
        == ["docs/decisions/0001-c.md: expected a number after 0001, found 0001"])
  }

  @Test func `a missing heading is found`() {
    let page = MarkdownPage(
      TextFile(path: "a.md", text: "# A\n## Status\n## Context\n## Consequences\n"))

    #expect(
      Self.missingHeadings(of: page).map(\.description)
        == ["a.md: expected a heading '## Decision', found none"])
  }

  @Test func `a dependency nobody decided on is found`() {
    let manifest = Manifest(
      TextFile(path: "Package.swift", text: #".package(url: "https://a.example/b/swift-c", from:"#))

    #expect(
      Self.undecided([manifest], records: ["We take swift-d."]).map(\.description) == [
        "Package.swift: swift-c is in no decision record: say in docs/decisions why it is needed"
      ])
  }

  private static func records(of repository: Repository) -> [MarkdownPage] {
    repository.pages.filter { $0.path.hasPrefix(folder) && !$0.path.hasSuffix("README.md") }
  }

  private static func numbering(of paths: [String]) -> [Finding] {
    let names = paths.sorted().map { $0.dropFirst(folder.count) }
    return zip(names.dropFirst(), names).compactMap { name, before in
      let (found, last) = (name.prefix { $0 != "-" }, before.prefix { $0 != "-" })
      return last < found
        ? nil
        : Finding(
          path: folder + name, line: 0, message: "expected a number after \(last), found \(found)")
    }
  }

  private static func missingHeadings(of page: MarkdownPage) -> [Finding] {
    ["Status", "Context", "Decision", "Consequences"].filter { title in
      !page.headings.contains { $0.level == 2 && $0.text == title }
    }.map {
      Finding(path: page.path, line: 0, message: "expected a heading '## \($0)', found none")
    }
  }

  private static func undecided(_ manifests: [Manifest], records: [String]) -> [Finding] {
    manifests.flatMap { manifest in
      manifest.dependencies.filter { name in !records.contains { $0.contains(name) } }.map {
        Finding(
          path: manifest.path, line: 0,
          message: "\($0) is in no decision record: say in docs/decisions why it is needed")
      }
    }
  }
}
