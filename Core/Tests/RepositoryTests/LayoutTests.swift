import Testing

/// Where things lie.
struct LayoutTests {
  /// Test folders that mirror no target, each with its reason.
  private static let testsWithoutTarget: [(name: String, reason: String)] = [
    ("EndToEndTests", "runs the built program against real processes"),
    ("RepositoryTests", "is about the repository itself"),
    ("TestSupport", "is what tests share"),
  ]

  /// Targets without a test folder, each with its reason.
  private static let targetsWithoutTests: [(name: String, reason: String)] = [
    ("Capabilities", "holds protocols only; every implementation runs their contracts"),
    ("pawl", "is run whole by EndToEndTests"),
    ("CPostgreSQL", "holds a header of a system library; JournalingTests use it"),
  ]

  @Test func `every folder of tests mirrors a target, and every target has one`() {
    let repository = Repository.this

    for package in ["", "Core/"] {
      expectNone(
        Self.findings(
          sources: repository.folders(in: "\(package)Sources"),
          tests: repository.folders(in: "\(package)Tests"), package: package))
    }
  }

  @Test func `scripts stop at the first error and can be executed`() {
    let repository = Repository.this
    let scripts = repository.files.filter { $0.text.hasPrefix("#!") }

    expectNone(
      scripts.flatMap {
        Self.findings(script: $0, isExecutable: repository.executables.contains($0.path))
      })
  }

  @Test func `the changelog has a place for what comes next`() throws {
    let found = Repository.this.page("CHANGELOG.md")
    let page = try #require(found)

    #expect(page.headings.filter { $0.level == 2 }.first?.text == "Unreleased")
  }

  @Test func `tests without a target and a target without tests are found`() {
    let findings = Self.findings(
      sources: ["Control", "Capabilities"], tests: ["OldTests", "TestSupport"], package: "Core/")

    #expect(
      findings.map(\.description) == [
        "Core/Tests/OldTests: mirrors no target: name it after the target it tests",
        "Core/Sources/Control: has no Core/Tests/ControlTests: write its tests",
      ])
  }

  @Test func `a careless script is found`() {
    let script = TextFile(path: "a.sh", text: "#!/bin/bash\necho a\n")

    #expect(
      Self.findings(script: script, isExecutable: false).map(\.description) == [
        "a.sh: expected 'set -euo pipefail', found none: a failed step would go unseen",
        "a.sh: cannot be executed: chmod +x",
      ])
  }

  private static func findings(sources: [String], tests: [String], package: String) -> [Finding] {
    let strangers = tests.filter { test in
      !testsWithoutTarget.contains { $0.name == test } && !sources.contains { $0 + "Tests" == test }
    }.map {
      Finding(
        path: "\(package)Tests/\($0)", line: 0,
        message: "mirrors no target: name it after the target it tests")
    }
    let untested = sources.filter { source in
      !targetsWithoutTests.contains { $0.name == source } && !tests.contains(source + "Tests")
    }.map {
      Finding(
        path: "\(package)Sources/\($0)", line: 0,
        message: "has no \(package)Tests/\($0)Tests: write its tests")
    }
    return strangers + untested
  }

  private static func findings(script: TextFile, isExecutable: Bool) -> [Finding] {
    var messages: [String] = []
    if script.text.hasPrefix("#!/bin/bash") && !script.text.contains("\nset -euo pipefail\n") {
      messages.append("expected 'set -euo pipefail', found none: a failed step would go unseen")
    }
    if !isExecutable { messages.append("cannot be executed: chmod +x") }
    return messages.map { Finding(path: script.path, line: 0, message: $0) }
  }
}
