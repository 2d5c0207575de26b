import Testing
import WorkflowLint

struct GenerationTests {
  private static let targets = [
    "gitea=1.19", "gitea=1.22.6", "gitea=1.24", "gitea=1.26", "gitea=1.27", "forgejo", "github",
  ]

  @Test(arguments: targets, GeneratedWorkflow.Kind.allCases)
  func `what is generated passes the lint for its server`(
    name: String, kind: GeneratedWorkflow.Kind
  ) throws {
    let target = try #require(Target(name))
    let workflow = GeneratedWorkflow(kind, for: target, options: .init())
    let settings = LintSettingsReader.read(RuleExample.production, file: "pawl.yaml").settings
    var lint = Lint(settings: settings, facts: Facts(), targets: [target])
    // The example declares production that this workflow does not use.
    lint.skip = ["production-unmatched"]

    let outcome = lint.run([Lint.Input(path: workflow.path, content: .text(workflow.text))])

    #expect(outcome.findings.isEmpty, "\(LintReport(outcome).lines.joined(separator: "\n"))")
    #expect(outcome.counts.productionJobs == (kind == .check ? 0 : 1))
  }

  private static let sets: [[GeneratedWorkflow.Kind]] = [
    [.deliver], [.rollback], [.deliver, .rollback],
  ]

  @Test(arguments: targets, sets)
  func `no interleaving of what is generated moves production backwards`(
    name: String, kinds: [GeneratedWorkflow.Kind]
  ) throws {
    let target = try #require(Target(name))
    let lint = Lint(settings: LintSettings(), facts: Facts(), targets: [target])
    let inputs = kinds.map { kind in
      let workflow = GeneratedWorkflow(kind, for: target, options: .init())
      return Lint.Input(path: workflow.path, content: .text(workflow.text))
    }

    let proof = RaceProof(inputs, lint)

    #expect(proof.verdict == .none, "\(proof.lines)")
  }

  @Test(arguments: targets)
  func `a value with signs of YAML in it stays one value`(name: String) throws {
    let target = try #require(Target(name))
    for value in ["a: b#", "}{\"", "it's", "- x", "true", "1", "& | >", "*"] {
      var options = GeneratedWorkflow.Options()
      (options.branch, options.runner) = (value, value)
      options.command = "make \(value)".replacing("'", with: "").replacing("\"", with: "")
      for kind in GeneratedWorkflow.Kind.allCases {
        let workflow = GeneratedWorkflow(kind, for: target, options: options)
        let lint = Lint(settings: LintSettings(), facts: Facts(), targets: [target])
        let outcome = lint.run([Lint.Input(path: workflow.path, content: .text(workflow.text))])

        #expect(outcome.counts.unparseable == 0, "\(value): \(workflow.text)")
        #expect(outcome.counts.jobs == (kind == .deliver ? 2 : 1), "\(value): \(workflow.text)")
      }
    }
  }

  @Test func `what would be more than one value, or not pass the lint, is refused`() throws {
    let target = try #require(Target("gitea=1.26"))
    func faults(_ change: (inout GeneratedWorkflow.Options) -> Void) -> [String] {
      var options = GeneratedWorkflow.Options()
      change(&options)
      return GeneratedWorkflow(.deliver, for: target, options: options).faults
    }

    #expect(faults { _ in }.isEmpty)
    #expect(
      faults { $0.command = "make\n- run: evil" } == [
        "expected one line as the command, found several"
      ])
    #expect(faults { $0.runner = "" } == ["expected one line as the runner, found nothing"])
    #expect(faults { $0.command = "if a; then" }.contains { $0.contains("run-block-syntax") })
  }

  private static func steps(
    _ kind: GeneratedWorkflow.Kind = .deliver, on name: String = "gitea=1.26",
    _ change: (inout GeneratedWorkflow.Options) -> Void
  ) throws -> [String] {
    var options = GeneratedWorkflow.Options()
    change(&options)
    let workflow = GeneratedWorkflow(kind, for: try #require(Target(name)), options: options)
    #expect(workflow.faults.isEmpty, "\(workflow.faults)")
    return workflow.text.split(separator: "\n").map(String.init)
  }

  @Test(arguments: [
    ("make push", "timeout 90m make push"),
    ("make push > log 2>&1", "'timeout 90m make push > log 2>&1'"),
    ("cd app && make push", "'timeout 90m bash -ec ''cd app && make push'''"),
    ("REGISTRY=r make push", "'timeout 90m bash -ec ''REGISTRY=r make push'''"),
    ("set -e; make", "'timeout 90m bash -ec ''set -e; make'''"),
    ("! make", "'timeout 90m bash -ec ''! make'''"),
    ("(make)", "'timeout 90m bash -ec ''(make)'''"),
    ("make | tee log", "'timeout 90m bash -ec ''make | tee log'''"),
    ("cd app", "'timeout 90m bash -ec ''cd app'''"),
    ("[ -f a ]", "'timeout 90m bash -ec ''[ -f a ]'''"),
    ("a; echo 'b c'", #"'timeout 90m bash -ec ''a; echo ''\''''b c''\'''''''"#),
    (
      "make; echo ${{ github.ref || 'a' }}",
      "'timeout 90m bash -ec ''make; echo ${{ github.ref || ''a'' }}'''"
    ),
  ])
  func `what only a shell understands is handed to one under the limit of time`(
    command: String, line: String
  ) throws {
    #expect(try Self.steps { $0.command = command }.contains("      - run: \(line)"))
    let plain = try Self.steps(on: "github") { $0.command = command }
    #expect(!plain.contains { $0.contains("timeout ") })
  }

  @Test(arguments: targets)
  func `pawl gets its secrets, and what builds gets only its own`(name: String) throws {
    let lines = try Self.steps(on: name) {
      $0.secrets = ["PAWL_FORGE_TOKEN", "REGISTRY_PASSWORD"]
      $0.commandSecrets = ["PUSH_TOKEN"]
    }

    let builds = try #require(lines.firstIndex { $0.hasSuffix("make") })
    #expect(
      lines[(builds + 1)...].prefix(3) == [
        "        env:", "          PUSH_TOKEN: ${{ secrets.PUSH_TOKEN }}", "  deliver:",
      ])
    #expect(
      lines.suffix(3) == [
        "        env:", "          PAWL_FORGE_TOKEN: ${{ secrets.PAWL_FORGE_TOKEN }}",
        "          REGISTRY_PASSWORD: ${{ secrets.REGISTRY_PASSWORD }}",
      ])
  }

  @Test func `a rollback gets the secrets beside what it is told`() throws {
    let lines = try Self.steps(.rollback) { $0.secrets = ["PAWL_FORGE_TOKEN"] }

    #expect(
      lines.suffix(4) == [
        "        env:", "          TO: ${{ github.event.inputs.to }}",
        "          REASON: ${{ github.event.inputs.reason }}",
        "          PAWL_FORGE_TOKEN: ${{ secrets.PAWL_FORGE_TOKEN }}",
      ])
  }

  @Test func `settings that are elsewhere are named to pawl`() throws {
    let lines = try Self.steps { $0.config = "ops/pawl.yaml" }

    #expect(
      lines.last == "      - run: 'timeout 90m pawl deploy --config ''ops/pawl.yaml'' "
        + #"--sha "$GITHUB_SHA" --accept noop,superseded'"#)
  }

  @Test func `what is no name of a secret is refused`() throws {
    var options = GeneratedWorkflow.Options()
    options.secrets = ["A: b"]
    let target = try #require(Target("github"))

    #expect(
      GeneratedWorkflow(.deliver, for: target, options: options).faults == [
        "expected letters, digits and '_' as the name of a secret, found 'A: b'"
      ])
  }
}
