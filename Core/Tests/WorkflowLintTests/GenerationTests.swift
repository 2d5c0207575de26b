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
}
