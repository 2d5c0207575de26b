import Testing

struct LinkTests {
  @Test func `every link between pages resolves`() {
    let repository = Repository.this

    expectNone(
      LinkRules(pages: repository.pages, paths: repository.files.map(\.path)).brokenLinks())
  }

  @Test func `every page of the docs can be reached`() {
    let repository = Repository.this

    expectNone(
      LinkRules(pages: repository.pages, paths: repository.files.map(\.path)).unreachedPages())
  }

  @Test func `every page has one title, and it comes first`() {
    expectNone(
      Repository.this.pages.filter { page in
        page.headings.map(\.level).filter { $0 == 1 } != [1] || page.headings.first?.level != 1
      }.map { Finding(path: $0.path, line: 0, message: "expected exactly one '# Title', first") })
  }

  @Test func `links to missing files and headings are found, with their lines`() {
    let findings = rules(
      ("docs/a.md", "# A\n[b](b.md) [c](c.md)\n[t](b.md#the-title) [n](b.md#nothing)"),
      ("docs/b.md", "# The `title`\n[up](../README.md) [self](#the-title) [web](https://b.c/d)")
    ).brokenLinks()

    #expect(
      findings.map(\.description) == [
        "docs/a.md:2: links to 'c.md', and there is no docs/c.md: mend the link or write the page",
        "docs/a.md:3: links to '#nothing', and docs/b.md has no such heading: [\"the-title\"]",
        "docs/b.md:2: links to '../README.md', and there is no README.md: mend the link or write "
          + "the page",
      ])
  }

  @Test func `links in code are not links`() {
    let findings = rules(("docs/a.md", "# A\n`[b](b.md)`\n```\n[c](c.md)\n```")).brokenLinks()

    #expect(findings == [])
  }

  @Test func `a page that only links to itself is not reached`() {
    let findings = rules(
      ("README.md", "[a](docs/a.md)"), ("docs/a.md", "# A"), ("docs/b.md", "# B\n[b](b.md)")
    ).unreachedPages()

    #expect(findings.map(\.path) == ["docs/b.md"])
  }

  @Test func `a repeated heading gets a numbered anchor`() {
    let page = MarkdownPage(TextFile(path: "a.md", text: "# One thing\n## One thing\n## C'est ça!"))

    #expect(page.anchors == ["one-thing", "one-thing-1", "cest-ça"])
  }

  private func rules(_ pages: (path: String, text: String)...) -> LinkRules {
    let files = pages.map { TextFile(path: $0.path, text: $0.text) }
    return LinkRules(pages: files.map(MarkdownPage.init), paths: files.map(\.path))
  }
}
