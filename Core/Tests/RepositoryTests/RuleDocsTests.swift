import Diagnostics
import Testing
import WorkflowLint

/// Every rule of the workflow lint has its file, its page and its examples (docs/decisions/0022).
struct RuleDocsTests {
  private static let folder = "docs/rules/"

  @Test func `every page is what its rule says`() {
    let repository = Repository.this

    expectNone(
      RuleCatalogue.all.compactMap { about in
        let page = RulePage(about)
        let path = Self.folder + page.fileName
        return Self.finding(path, is: page.markdown, in: repository)
      }
        + [Self.finding(Self.folder + "README.md", is: RulePage.index, in: repository)]
        .compactMap { $0 })
  }

  @Test func `no page is left of a rule that is gone`() {
    let names = RuleCatalogue.all.map { RulePage($0).fileName } + ["README.md"]

    expectNone(
      Repository.this.pages.filter { $0.path.hasPrefix(Self.folder) }.filter { page in
        !names.contains(String(page.path.dropFirst(Self.folder.count)))
      }.map { Finding(path: $0.path, line: 0, message: "there is no such rule: delete the page") })
  }

  @Test func `every rule is a file of its own, in the catalogue, with both kinds of examples`() {
    let root = "Core/Sources/WorkflowLint/Rules/"
    let files = Repository.this.swiftFiles(under: String(root.dropLast()))
      .filter { $0.path.dropFirst(root.count).contains("/") }

    let ids = files.map { file in RuleCatalogue.all.first { file.text.contains("\"\($0.id)\",") } }

    expectNone(
      zip(files, ids).filter { $1 == nil }.map {
        Finding(path: $0.0.path, line: 0, message: "expected a rule of the catalogue, found none")
      })
    #expect(Set(ids.compactMap { $0?.id }).count == RuleCatalogue.all.count)
    expectNone(
      RuleCatalogue.all.filter { $0.bad.isEmpty || $0.good.isEmpty }.map {
        Finding(path: $0.id.text, line: 0, message: "expected a bad and a good example")
      })
  }

  @Test func `our own workflows are those that pawl generates`() throws {
    for (name, runner) in [("gitea=1.26", "debian-12"), ("github", "ubuntu-latest")] {
      let target = try #require(Target(name))
      var options = GeneratedWorkflow.Options()
      options.command = "make ci"
      options.runner = runner
      let workflow = GeneratedWorkflow(.check, for: target, options: options)

      expectNone([Self.finding(workflow.path, is: workflow.text, in: .this)].compactMap { $0 })
    }
  }

  private static func finding(_ path: String, is text: String, in repository: Repository)
    -> Finding?
  {
    guard let found = repository.file(path) else {
      return Finding(path: path, line: 0, message: "expected this file, found none: make rules")
    }
    let same = found.text == text
    return same ? nil : Finding(path: path, line: 0, message: "is not what is made now: make rules")
  }
}
