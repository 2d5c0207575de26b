import Foundation
import SystemPackage
import TestSupport
import Testing

/// The workflow files that the guide tells people to copy.
struct GuideWorkflowTests {
  /// A page of the guide, the folder its forge reads workflows from, and what its versions do with them.
  struct Page: Sendable, CustomTestStringConvertible {
    let name: String
    let folder: String
    let target: String

    var testDescription: String { name }

    /// The one workflow file on the page.
    func workflow() throws -> String {
      let text = try String(
        contentsOfFile: GuideWorkflowTests.root.appending("docs/guide/\(name).md").string,
        encoding: .utf8)
      let blocks = text.components(separatedBy: "```yaml\n").dropFirst().map {
        $0.components(separatedBy: "```")[0]
      }
      return try #require(blocks.first { $0.hasPrefix("name:") }, "\(name).md shows a workflow")
    }
  }

  static let root: FilePath = {
    var folder = FilePath(#filePath)
    for _ in 0..<3 { folder.removeLastComponent() }
    return folder
  }()

  static let pages = [
    Page(name: "github", folder: ".github/workflows", target: "github"),
    Page(name: "gitea", folder: ".gitea/workflows", target: "gitea=1.25"),
    Page(name: "forgejo", folder: ".forgejo/workflows", target: "forgejo=15"),
  ]

  /// From PyPI, which not every machine can reach.
  private static let actionlint = root.appending(".build-tools/lint/bin/actionlint").string
  private static let isActionlintInstalled =
    FileManager.default.isExecutableFile(atPath: actionlint)

  @Test(arguments: pages)
  func `the workflow of a page passes our own lint`(page: Page) async throws {
    try await inFolder(of: page) { folder in
      let ended = try await process(
        "env", ["-C", folder, try Programs.pawl(), "lint", "--target", page.target])

      #expect(ended.code == 0, "\(ended)")
    }
  }

  @Test(
    .enabled(
      if: isActionlintInstalled,
      "actionlint is not in .build-tools: `make setup` installs it from PyPI, where that is in reach"
    ),
    arguments: pages)
  func `the workflow of a page passes actionlint`(page: Page) async throws {
    try await inFolder(of: page) { folder in
      let ended = try await process(
        Self.actionlint, ["-shellcheck=", "-pyflakes=", "\(folder)/\(page.folder)/deploy.yml"])

      #expect(ended.code == 0, "\(ended)")
    }
  }

  private nonisolated(nonsending) func inFolder(
    of page: Page, _ body: (String) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { folder in
      let file = folder.appending(page.folder).appending("deploy.yml")
      try FileManager.default.createDirectory(
        atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
      try page.workflow().write(toFile: file.string, atomically: true, encoding: .utf8)
      try await body(folder.string)
    }
  }
}
