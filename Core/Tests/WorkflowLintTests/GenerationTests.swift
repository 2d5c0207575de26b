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

  @Test(arguments: targets)
  func `no interleaving of what is generated moves production backwards`(name: String) throws {
    let target = try #require(Target(name))
    let workflow = GeneratedWorkflow(.deliver, for: target, options: .init())
    let lint = Lint(settings: LintSettings(), facts: Facts(), targets: [target])

    let proof = RaceProof([Lint.Input(path: workflow.path, content: .text(workflow.text))], lint)

    #expect(proof.verdict == .none, "\(proof.lines)")
  }
}
