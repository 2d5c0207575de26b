import Diagnostics
import Testing

@testable import WorkflowLint

/// The prover on shapes that look safe, or unsafe, and are the other.
struct RaceShapeTests {
  private static let check = #"git merge-base --is-ancestor "$old" "$SHA" || exit 1"#

  // MARK: In what order groups are entered

  @Test(arguments: ["github", "gitea=1.26", "forgejo=11"])
  func `a group of a job behind a build is entered in the order the builds end`(target: String) {
    let text = """
      name: Deploy
      on: {push: {branches: [main]}}
      jobs:
        build: {runs-on: linux, steps: [{run: make slow-build}]}
        deploy:
          needs: build
          runs-on: linux
          concurrency: {group: prod, cancel-in-progress: false}
          steps: [{run: './deploy.sh "$GITHUB_SHA"'}]
      """

    #expect(Self.verdict(text, on: target) == .backwards)
    // With a comparison inside the group it does not matter who comes first. Forgejo cancels the older of
    // two pushes, and what that is doing can still be done.
    let kept = text.replacing("'./deploy", with: "'\(Self.check); ./deploy")
    #expect(Self.verdict(kept, on: target) == (target.has("forgejo") ? .backwards : .none))
  }

  @Test func `the group of a first job keeps the order only where the server says so`() {
    let text = """
      name: Deploy
      on: {push: {branches: [main]}}
      jobs:
        deploy: {runs-on: linux, concurrency: prod, steps: [{run: ./deploy.sh}]}
      """

    #expect(Self.verdict(text, on: "gitea=1.26") == .none)
    #expect(Self.verdict(text, on: "github") == .backwards)
  }

  @Test(arguments: [
    ("{push: {branches: [main]}}", RaceProof.Verdict.none),
    ("{push: {branches: [main], tags: ['v*']}}", .backwards), ("push", .backwards),
    ("{push: {branches: ['release/**']}}", .backwards), ("{push: {tags: ['v*']}}", .backwards),
  ])
  func `only pushes to branches that are written out come in order`(
    on: String, verdict: RaceProof.Verdict
  ) {
    let proof = Self.proof(
      """
      name: Deploy
      on: \(on)
      concurrency: prod
      jobs: {deploy: {runs-on: linux, steps: [{run: ./deploy.sh}]}}
      """)

    #expect(proof.verdict == verdict, "\(proof.lines)")
  }

  @Test func `jobs that need nothing of each other run side by side`() {
    let proof = Self.proof(
      """
      name: Deploy
      on: {push: {branches: [main]}}
      jobs:
        deploy:
          runs-on: linux
          concurrency: prod
          steps: [{run: ./deploy.sh}, {run: 'curl -f "https://api.example.com/buildinfo" | grep $SHA'}]
        tag: {runs-on: linux, steps: [{run: 'crane tag "app:$SHA" latest'}]}
      """)

    #expect(proof.verdict == .backwards)
    #expect(proof.lines.first?.has("latest from commit 2 to commit 1") == true, "\(proof.lines)")
  }

  // MARK: Which runs meet in a group

  @Test(arguments: ["github", "gitea=1.26", "forgejo=11"])
  func `a group of another job is no help to a promotion that is serialised for each commit`(
    target: String
  ) {
    let proof = Self.proof(
      """
      name: Deploy
      on: {workflow_run: {workflows: [CI]}}
      jobs:
        deploy:
          runs-on: linux
          concurrency: {group: prod, cancel-in-progress: false}
          steps:
            - run: \(Self.check)
            - run: ./deploy.sh "$SHA"
        promote:
          needs: deploy
          runs-on: linux
          concurrency: "promote-${{ github.event.workflow_run.head_sha }}"
          steps:
            - run: |
                old=$(crane config app:latest | jq -r .config.Labels.revision)
                \(Self.check)
            - run: crane tag "app:staging-$SHA" latest
      """, on: target)

    #expect(proof.verdict == .backwards)
    #expect(proof.lines.first?.has("latest from commit 2 to commit 1") == true, "\(proof.lines)")
  }

  @Test(arguments: [
    ("workflow_run", "github.event.workflow_run.head_commit.id"),
    ("workflow_run", "github.event.workflow_run.id"), ("workflow_dispatch", "inputs.candidate"),
    ("workflow_dispatch", "inputs.tag"), ("workflow_dispatch", "github.event.inputs.version"),
    ("repository_dispatch", "github.event.client_payload.sha"),
    ("{push: {tags: ['v*']}}", "github.ref"), ("{push: {tags: ['v*']}}", "github.ref_name"),
    ("release", "github.event.release.tag_name"), ("push", "github.head_ref || github.run_id"),
  ])
  func `a group that names what is delivered is another one for every commit`(
    on: String, path: String
  ) {
    let text = Self.promotion(on: on, group: "promote-${{ \(path) }}")

    #expect(Self.verdict(text) == .backwards)
    #expect(Self.rules(text).contains("promote-group-per-sha"))
  }

  @Test(arguments: [
    ("workflow_run", "github.workflow"), ("workflow_run", "github.repository"),
    ("workflow_run", "github.ref"), ("{push: {branches: [main]}}", "github.ref_name"),
    ("push", "vars.FLEET"), ("push", "github.event_name"),
    ("{workflow_run: {branches: [main]}}", "github.event.workflow_run.head_branch"),
  ])
  func `a group of what is the same for every commit is one group`(on: String, path: String) {
    let text = Self.promotion(on: on, group: "promote-${{ \(path) }}")

    #expect(Self.verdict(text) == .none)
    #expect(!Self.rules(text).contains("promote-group-per-sha"))
  }

  @Test(arguments: [
    ("workflow_dispatch", "inputs.environment"), ("push", "github.ref"), ("push", "matrix.region"),
    ("workflow_run", "github.actor == 'x' && 'prod' || github.run_id"), ("push", "format("),
  ])
  func `a group of which nobody can say who meets in it proves nothing`(on: String, path: String) {
    let proof = Self.proof(Self.promotion(on: on, group: "promote-${{ \(path) }}"))

    #expect(proof.verdict == .unproven)
    #expect(proof.lines.contains { $0.has("whether runs of two commits meet") }, "\(proof.lines)")
  }

  @Test func `a group of one name is one group in every file`() {
    let text = Self.promotion(on: "workflow_run", group: "prod")
    let own = Self.promotion(on: "workflow_run", group: "${{ github.workflow }}-prod")
    func verdict(_ text: String) -> RaceProof.Verdict {
      Self.proof([text, text.replacing("Promote", with: "Other")]).verdict
    }

    #expect(verdict(text) == .none)
    #expect(verdict(own) == .backwards, "the name of the workflow makes two groups of it")
  }

  @Test func `of several files it is said how many commits were looked at`() {
    let text = Self.promotion(on: "workflow_run", group: "prod")
    let proof = Self.proof([text, text.replacing("Promote", with: "Other")])

    #expect(proof.lines.first?.has("of the runs of 2 to 3 commits") == true, "\(proof.lines)")
    #expect(!proof.lines.contains { $0.has("2 to 2") })
  }

  // MARK: Bounds

  @Test func `what stands behind commands nested too deep to be read proves nothing`() {
    let deep = String(repeating: "if true; then ", count: 80) + "./deploy.sh"
    let text = Self.promotion(on: "workflow_run", group: "prod")
      .replacing("      - run: crane", with: "      - run: \(deep)\n      - run: crane")
    let proof = Self.proof(text)

    #expect(proof.verdict == .unproven)
    #expect(proof.lines.contains { $0.has("nested too deep") }, "\(proof.lines)")
  }

  @Test func `more steps than a workflow has are not looked through`() {
    let step = "        - run: ./deploy.sh; \(Self.check); crane tag app:x latest\n"
    let proof = Self.proof(
      "name: D\non: push\nconcurrency: prod\njobs:\n  a:\n    runs-on: linux\n    steps:\n"
        + String(repeating: step, count: 400))

    #expect(proof.verdict == .unproven)
    #expect(proof.lines.contains { $0.has("more than 300 steps") }, "\(proof.lines)")
  }

  // MARK: Setting

  private static func promotion(on: String, group: String) -> String {
    """
    name: Promote
    on: \(on)
    concurrency: {group: "\(group)"}
    jobs:
      promote:
        runs-on: linux
        steps:
          - run: \(check)
          - run: crane tag "app:staging-$SHA" latest
    """
  }

  private static func verdict(
    _ text: String, on target: String = "gitea=1.26"
  ) -> RaceProof.Verdict {
    proof(text, on: target).verdict
  }

  private static func proof(_ text: String, on target: String = "gitea=1.26") -> RaceProof {
    RaceProof([Lint.Input(path: ".gitea/workflows/ci.yml", content: .text(text))], lint(target))
  }

  private static func proof(_ texts: [String]) -> RaceProof {
    let inputs = texts.enumerated().map { index, text in
      Lint.Input(path: ".gitea/workflows/\(index).yml", content: .text(text))
    }
    return RaceProof(inputs, lint("gitea=1.26"))
  }

  private static func rules(_ text: String) -> [String] {
    let input = Lint.Input(path: ".gitea/workflows/ci.yml", content: .text(text))
    return lint("gitea=1.26").run([input]).findings.map(\.rule.text)
  }

  private static func lint(_ target: String) -> Lint {
    let settings = LintSettingsReader.read(RuleExample.production, file: "pawl.yaml").settings
    return Lint(settings: settings, facts: Facts(), targets: [target].compactMap { Target($0) })
  }
}
