import Foundation
import SystemPackage
import TestSupport
import Testing

/// `pawl lint` as it is typed: its codes, its channels, and what it does to files.
struct LintTests {
  private static let clean = "name: CI\non: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"
  private static let slash = clean.replacingOccurrences(of: "name: CI", with: "name: a/b")

  @Test func `the codes tell clean, found, wrong command, not read and not checked apart`()
    async throws
  {
    try await Self.inFolder { folder in
      try folder.write(Self.clean, to: "ok.yml")
      try folder.write(Self.slash, to: "bad.yml")
      try Data([0xFF, 0xFE, 0x00]).write(to: folder.url("binary.yml"))

      #expect(try await folder.lint("ok.yml").code == 0)
      #expect(try await folder.lint("bad.yml").code == 1)
      #expect(try await folder.lint("bad.yml", "--fail-on", "never").code == 0)
      #expect(try await folder.lint("--no-such-option").code == 2)
      #expect(try await folder.lint("--only", "no-such-rule").code == 2)
      #expect(try await folder.lint("missing.yml").code == 2)
      #expect(try await folder.lint("binary.yml").code == 3)
      #expect(try await folder.lint("ok.yml", "--only", "coe-on-required").code == 4)
      #expect(try await folder.lint("ok.yml", "--online").code == 4)
    }
  }

  @Test func `a folder without workflows is not clean`() async throws {
    try await Self.inFolder { folder in
      let ended = try await folder.lint()

      #expect(ended.code == 2, "\(ended)")
      #expect(ended.says("nothing was examined"))
    }
  }

  @Test func `a folder of workflows that may not be listed is not clean`() async throws {
    try await Self.inFolder { folder in
      try folder.write(Self.clean, to: ".github/workflows/ci.yml")
      try folder.write(Self.slash, to: ".gitea/workflows/ci.yml")
      let closed = folder.url(".gitea/workflows").path
      #expect(chmod(closed, 0) == 0)
      defer { chmod(closed, 0o700) }
      // Root lists anything, so it gives that right up.
      let asMember =
        geteuid() == 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : []

      let ended = try await folder.pawl(["lint"], through: asMember)

      #expect(ended.code == 3, "\(ended)")
      #expect(ended.says(".gitea/workflows"), "\(ended)")
      #expect(ended.says("may not list the folder"), "\(ended)")
    }
  }

  @Test func `standard input is linted under the name it is given`() async throws {
    try await Self.inFolder { folder in
      let ended = try await folder.lint("-", "--stdin-path", "x/ci.yml", input: Self.slash)

      #expect(ended.code == 1)
      #expect(ended.output.contains("x/ci.yml:1:7: error: "), "\(ended)")
      #expect(ended.output.contains("[workflow-name-slash]"))
    }
  }

  @Test func `a repository is looked at whole, and what it looked at is said`() async throws {
    try await Self.inFolder { folder in
      try folder.write(Self.clean, to: ".gitea/workflows/ci.yml")
      try folder.write("runs: {using: composite, steps: [{run: make}]}\n", to: "action.yml")
      try folder.write(
        "lint: {production: {commands: [make]}}\n", to: "pawl.yaml")

      let ended = try await folder.lint("--fail-on", "never")

      #expect(ended.output.contains("looked at 2 files, 2 jobs, 2 production steps"), "\(ended)")
    }
  }

  @Test func `JSON and SARIF are documents, and annotations are commands`() async throws {
    try await Self.inFolder { folder in
      try folder.write(Self.slash, to: "bad.yml")

      let json = try await folder.lint("bad.yml", "--json").object()
      let sarif = try await folder.lint("bad.yml", "--format", "sarif").object()
      let github = try await folder.lint("bad.yml", "--format", "github")

      #expect(json["exitCode"] as? Int == 1)
      #expect(
        (json["findings"] as? [[String: Any]])?.first?["rule"] as? String == "workflow-name-slash")
      #expect(sarif["version"] as? String == "2.1.0")
      #expect(
        github.output.hasPrefix(
          "::error file=bad.yml,line=1,col=7,title=workflow-name-slash::'a/b' has a slash"),
        "\(github)")
    }
  }

  @Test func `a baseline takes what was there before out of the result`() async throws {
    try await Self.inFolder { folder in
      try folder.write(Self.slash, to: "bad.yml")

      let written = try await folder.lint("bad.yml", "--baseline", "known", "--write-baseline")
      let compared = try await folder.lint("bad.yml", "--baseline", "known")

      #expect(written.code == 0)
      #expect(compared.code == 0, "\(compared)")
      #expect(compared.output.contains("1 known from the baseline"))
    }
  }

  @Test func `a fix that is safe is made, one that is not is asked about`() async throws {
    try await Self.inFolder { folder in
      try folder.write(
        "on: {push: {branches: [a]}}\njobs: {a: {name: a/b, runs-on: x}}\n", to: "ci.yml")

      let safe = try await folder.lint("ci.yml", "--fix")
      let asked = try await folder.lint("ci.yml", "--fix=all", input: "no\n")

      #expect(safe.says("mended 1 of 2 findings"), "\(safe)")
      #expect(try folder.text("ci.yml").hasPrefix("name: ci\non: "))
      #expect(try folder.text("ci.yml").contains("name: a/b"), "\(asked)")
      #expect(try await folder.lint("ci.yml", "--fix=all", input: "yes\n").says("mended 1 of 1"))
      #expect(try folder.text("ci.yml").contains("name: a b"))
    }
  }

  @Test func `a fix after which more would be found is not made, and why is said`() async throws {
    try await Self.inFolder { folder in
      let jobs = "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"
      try folder.write("name: ci\n" + jobs, to: ".gitea/workflows/all.yml")
      try folder.write(jobs, to: ".gitea/workflows/ci.yml")

      let ended = try await folder.lint("--fix")

      #expect(ended.says("mended 0 of 1 findings"), "\(ended)")
      #expect(ended.says("not mended: .gitea/workflows/ci.yml:1:1: "), "\(ended)")
      #expect(ended.says("'workflow-name-collision' would be found then"), "\(ended)")
      #expect(try folder.text(".gitea/workflows/ci.yml") == jobs)
    }
  }

  @Test func `a fix keeps byte order mark, line ends, link and mode`() async throws {
    try await Self.inFolder { folder in
      let text = "\u{FEFF}on: push\r\njobs: {a: {runs-on: x, steps: [{run: make}]}}\r\n"
      try folder.write(text, to: "kept/real.yml")
      #expect(chmod(folder.url("kept/real.yml").path, 0o640) == 0)
      try FileManager.default.createSymbolicLink(
        atPath: folder.url("ci.yml").path, withDestinationPath: "kept/real.yml")

      let ended = try await folder.lint("ci.yml", "--fix")

      #expect(ended.says("mended 1 of 1 findings"), "\(ended)")
      let data = try Data(contentsOf: folder.url("kept/real.yml"))
      #expect(data.starts(with: Data("\u{FEFF}name: ci\r\non: push\r\n".utf8)))
      #expect(data.dropFirst(3 + "name: ci\r\n".utf8.count) == Data(text.utf8).dropFirst(3))
      let link = try FileManager.default.destinationOfSymbolicLink(
        atPath: folder.url("ci.yml").path)
      #expect(link == "kept/real.yml")
      let attributes = try FileManager.default.attributesOfItem(
        atPath: folder.url("kept/real.yml").path)
      #expect(attributes[.posixPermissions] as? Int == 0o640)
    }
  }

  @Test func `standard input is not mended, and a file of its name stays as it is`() async throws {
    try await Self.inFolder { folder in
      try folder.write(Self.clean, to: "ci.yml")

      let ended = try await folder.lint(
        "-", "--stdin-path", "ci.yml", "--fix", input: "on: push\njobs: {a: {runs-on: x}}\n")

      #expect(ended.code == 2, "\(ended)")
      #expect(ended.says("'-' is none"), "\(ended)")
      #expect(try folder.text("ci.yml") == Self.clean)
    }
  }

  @Test(arguments: [
    ["--write-baseline"], ["--json", "--format", "sarif"], ["--prove", "--json"],
    ["--prove", "--format", "sarif"], ["--prove", "--fix"], ["--prove", "--baseline", "x"],
  ])
  func `options of which one would be left out in silence are refused`(options: [String])
    async throws
  {
    try await Self.inFolder { folder in
      try folder.write(Self.clean, to: "ci.yml")

      let ended = try await folder.pawl(["lint", "ci.yml"] + options)

      #expect(ended.code == 2, "\(ended)")
      #expect(ended.says("error: --"), "\(ended)")
    }
  }

  @Test func `a file that is named twice is looked at once, and a pipe is not waited for`()
    async throws
  {
    try await Self.inFolder { folder in
      try folder.write(Self.clean, to: "ci.yml")
      #expect(mkfifo(folder.url("pipe.yml").path, 0o600) == 0)

      let twice = try await folder.lint("ci.yml", "./ci.yml", folder.url("ci.yml").path)
      let pipe = try await folder.lint("pipe.yml")

      #expect(twice.code == 0, "\(twice)")
      #expect(twice.output.contains("looked at 1 file,"), "\(twice)")
      #expect(pipe.code == 3, "\(pipe)")
      #expect(pipe.says("expected a regular file"), "\(pipe)")
    }
  }

  @Test func `a version that nothing is known of is told`() async throws {
    try await Self.inFolder { folder in
      try folder.write(Self.clean, to: "ci.yml")

      let ended = try await folder.pawl(["lint", "ci.yml", "--target", "gitea=12.6"])

      #expect(ended.says("note: gitea=12.6", "1.19 to 1.27"), "\(ended)")
      #expect(try await !folder.lint("ci.yml").says("note:"))
    }
  }

  @Test func `what a change adds is looked at, and a secret in it is never shown`() async throws {
    try await Self.inFolder { folder in
      let secret = "ghp_" + String(repeating: "a1", count: 18)
      try folder.write(Self.clean, to: ".gitea/workflows/ci.yml")
      try await folder.git("init", "--quiet", "--initial-branch=main")
      try await folder.git("add", ".")
      try await folder.git("commit", "--quiet", "--message=one")
      try folder.write("token: \(secret)\n", to: "notes.txt")
      try await folder.git("add", ".")

      let ended = try await folder.lint("--base", "HEAD")

      #expect(ended.code == 1, "\(ended)")
      #expect(ended.output.contains("notes.txt:1:1"))
      #expect(!ended.says(secret))
    }
  }

  @Test func `what a change takes away is found, and a missing base is not taken for none`()
    async throws
  {
    try await Self.inFolder { folder in
      try folder.write(Self.clean, to: ".gitea/workflows/ci.yml")
      try folder.write(
        Self.clean.replacingOccurrences(of: "CI", with: "E2E"), to: ".gitea/workflows/e2e.yml")
      let outside = try await folder.lint("--base", "HEAD")
      try await folder.git("init", "--quiet", "--initial-branch=main")
      try await folder.git("add", ".")
      try await folder.git("commit", "--quiet", "--message=one")
      try FileManager.default.removeItem(at: folder.url(".gitea/workflows/e2e.yml"))

      let ended = try await folder.lint("--base", "HEAD")
      let new = try await folder.lint("--base", "0000000000000000000000000000000000000000")
      let missing = try await folder.lint("--base", "origin/mian")

      #expect(outside.code == 4, "\(outside)")
      #expect(ended.code == 1, "\(ended)")
      #expect(ended.says("'E2E / a (push)' was reported before this change", "context-set-shrink"))
      #expect(new.code == 0, "\(new)")
      #expect(new.says("every file counts as new"))
      #expect(missing.code == 4, "\(missing)")
      #expect(missing.says("origin/mian", "found none in this clone: fetch it"), "\(missing)")
    }
  }

  @Test func `the prover prints its timeline and fails`() async throws {
    try await Self.inFolder { folder in
      try folder.write(
        "name: P\non: push\njobs: {p: {runs-on: x, steps: [{run: 'crane tag app:$SHA latest'}]}}\n",
        to: "p.yml")

      let ended = try await folder.lint("--prove", "p.yml")

      #expect(ended.code == 1, "\(ended)")
      #expect(ended.output.contains("latest from commit 2 to commit 1"))
      #expect(ended.output.contains("← backwards"))
    }
  }

  @Test func `a proof of a file that cannot be read names it`() async throws {
    try await Self.inFolder { folder in
      try folder.write("jobs: [\n", to: "broken.yml")
      try folder.write(Self.clean + "---\n" + Self.clean, to: "two.yml")

      let broken = try await folder.lint("--prove", "broken.yml")

      #expect(broken.code == 3, "\(broken)")
      #expect(broken.says("broken.yml"), "\(broken)")
      #expect(try await folder.lint("--prove", "two.yml").code == 3)
      #expect(try await folder.lint("two.yml").code == 3)
    }
  }

  @Test func `a file that a person wrote is not written over, unless that is said`() async throws {
    try await Self.inFolder { folder in
      let path = ".gitea/workflows/deliver.yml"
      let generate = ["generate", "workflow", "--target", "gitea=1.26", "--write"]
      try folder.write(Self.clean, to: path)

      let kept = try await folder.pawl(generate)
      #expect(kept.code == 64, "\(kept)")
      #expect(kept.says("--force"), "\(kept)")
      #expect(try folder.text(path) == Self.clean)

      #expect(try await folder.pawl(generate + ["--force"]).code == 0)
      #expect(try folder.text(path).hasPrefix("# Made by 'pawl generate workflow"))
      #expect(try await folder.pawl(generate).code == 0)
    }
  }

  @Test func `what would not pass the lint is not handed out`() async throws {
    try await Self.inFolder { folder in
      let ended = try await folder.pawl(
        ["generate", "workflow", "--target", "gitea=1.26", "--command", "make\n- run: evil"])

      #expect(ended.code == 64, "\(ended)")
      #expect(ended.says("expected one line as the command"), "\(ended)")
      #expect(!ended.output.contains("evil"))
    }
  }

  @Test func `a rule explains itself, and a generated workflow is clean`() async throws {
    try await Self.inFolder { folder in
      let explained = try await folder.lint("--explain", "duplicate-key")
      let generated = try await folder.pawl(
        ["generate", "workflow", "--target", "gitea=1.26", "--write"])

      #expect(explained.output.hasPrefix("# duplicate-key\n"))
      #expect(generated.code == 0, "\(generated)")
      #expect(try await folder.lint("--fail-on", "note").code == 0)
    }
  }
}

extension LintTests {
  private struct Folder {
    let path: String

    func url(_ name: String) -> URL { URL(filePath: path).appending(path: name) }

    func write(_ text: String, to name: String) throws {
      let url = url(name)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: url, atomically: true, encoding: .utf8)
    }

    func text(_ name: String) throws -> String {
      try String(contentsOf: url(name), encoding: .utf8)
    }

    func lint(_ arguments: String..., input: String = "") async throws -> Ended {
      try await pawl(["lint", "--target", "gitea=1.26"] + arguments, input: input)
    }

    func pawl(
      _ arguments: [String], input: String = "", through prefix: [String] = []
    ) async throws -> Ended {
      try await process(
        "env", ["-C", path] + prefix + [try Programs.pawl()] + arguments,
        environment: Self.environment, input: input)
    }

    func git(_ arguments: String...) async throws {
      let ended = try await process(
        "git", ["-C", path] + arguments, environment: Self.environment)
      #expect(ended.code == 0, "\(ended)")
    }

    private static let environment = [
      "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a",
      "GIT_COMMITTER_EMAIL": "a@example.com", "GIT_CONFIG_GLOBAL": "/dev/null",
    ]
  }

  private nonisolated(nonsending) static func inFolder(
    _ body: (Folder) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { try await body(Folder(path: $0.string)) }
  }
}

extension Ended {
  fileprivate func object() throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
    return value as? [String: Any] ?? [:]
  }
}
