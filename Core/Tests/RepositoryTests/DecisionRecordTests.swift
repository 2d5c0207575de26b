import Testing

/// Decisions are numbered, complete, and cover every dependency.
struct DecisionRecordTests {
  private static let folder = "docs/decisions/"

  @Test func `decision records are numbered without gaps`() {
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

  @Test func `a gap in the numbers is found`() {
    let paths = ["docs/decisions/0001-a.md", "docs/decisions/0003-c.md"]

    #expect(
      Self.numbering(of: paths).map(\.description)
        == ["docs/decisions/0003-c.md: expected the number 0002, found 0003"])
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
    zip(1..., paths.sorted()).compactMap { number, path in
      let wanted = String(repeating: "0", count: 4 - String(number).count) + String(number)
      let found = path.dropFirst(folder.count).prefix { $0 != "-" }
      return found == wanted
        ? nil
        : Finding(path: path, line: 0, message: "expected the number \(wanted), found \(found)")
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
