import Testing

@testable import WorkflowLint

/// The prover on workflows of the shapes that incidents had.
struct RaceTests {
  @Test func `the older of two overlapping deploys is found to roll back what the newer did`() {
    let proof = Self.prove(
      """
      name: Deploy
      on: {push: {branches: [main]}}
      concurrency: {group: "deploy-${{ github.run_id }}"}
      jobs:
        deploy:
          runs-on: linux
          steps:
            - id: newer
              run: |
                head=$(git ls-remote origin main | cut -f1)
                if [ "$head" != "$GITHUB_SHA" ]; then echo "yes=1" >>"$GITHUB_OUTPUT"; fi
            - if: steps.newer.outputs.yes != '1'
              run: ./deploy.sh "$GITHUB_SHA"
            - if: steps.newer.outputs.yes != '1'
              run: |
                until [ "$(curl -fs "$URL/buildinfo" | jq -r .git_sha)" = "$GITHUB_SHA" ]; do sleep 5; done
            - if: steps.newer.outputs.yes != '1'
              run: crane tag "app@$DIGEST" latest
      """)

    #expect(proof.verdict == .backwards)
    #expect(proof.lines.first?.has("fleet from commit 2 to commit 1") == true, "\(proof.lines)")
    #expect(proof.lines.contains { $0.has("commit 1") && $0.has("commit 2") && $0.has("fleet") })
    #expect(proof.lines.last?.has("ci.yml:13") == true, "every step has its line: \(proof.lines)")
  }

  @Test func `a promotion serialised for each commit is found to move the tag back`() {
    let proof = Self.prove(
      """
      name: Promote
      on: {workflow_run: {workflows: [E2E]}}
      concurrency: promote-${{ github.event.workflow_run.head_sha }}
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                old=$(crane config app:latest | jq -r .config.Labels.revision)
                git merge-base --is-ancestor "$old" "$SHA" || exit 1
            - run: crane tag "app:staging-$SHA" latest
      """)

    #expect(proof.verdict == .backwards)
    #expect(proof.lines.first?.has("latest from commit 2 to commit 1") == true)
    #expect(proof.lines.contains { $0.has("never meet in it") })
  }

  @Test func `one group for all commits and a comparison inside it leave no way back`() {
    let proof = Self.prove(
      """
      name: Promote
      on: {workflow_run: {workflows: [E2E]}}
      concurrency: promote-latest
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                old=$(crane config app:latest | jq -r .config.Labels.revision)
                git merge-base --is-ancestor "$old" "$SHA" || exit 1
            - run: crane tag "app:staging-$SHA" latest
      """)

    #expect(proof.verdict == .none, "\(proof.lines)")
  }

  @Test func `the same group is no help where the server ignores it`() {
    let text = """
      name: Promote
      on: {schedule: [{cron: '0 * * * *'}]}
      concurrency: promote-latest
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                git merge-base --is-ancestor "$old" "$SHA" || exit 1
            - run: crane tag "app:staging-$SHA" latest
      """

    #expect(Self.prove(text, on: "gitea=1.25").verdict == .backwards)
    #expect(Self.prove(text, on: "gitea=1.26").verdict == .none)
  }

  @Test func `a group that keeps the order is enough only when runs come in order`() {
    func text(_ on: String) -> String {
      """
      name: Deploy
      on: \(on)
      concurrency: {group: prod, cancel-in-progress: false}
      jobs:
        deploy: {runs-on: linux, steps: [{run: ./deploy.sh}]}
      """
    }

    #expect(Self.prove(text("{push: {branches: [main]}}")).verdict == .none)
    #expect(Self.prove(text("{workflow_run: {workflows: [CI]}}")).verdict == .backwards)
  }

  @Test func `pawl is refused at the sink, and so never moves back`() {
    let proof = Self.prove(
      """
      name: Deliver
      on: push
      jobs:
        deliver: {runs-on: linux, steps: [{run: pawl deploy --sha "$GITHUB_SHA"}]}
      """)

    #expect(proof.verdict == .none, "\(proof.lines)")
  }

  @Test func `two workflows that move one tag are looked at together`() {
    let build = """
      name: Build
      on: push
      jobs:
        build: {runs-on: linux, steps: [{run: 'crane tag "app:$SHA" latest'}]}
      """
    let lint = Self.lint("gitea=1.26")
    let proof = RaceProof(
      [
        Lint.Input(path: ".gitea/workflows/a.yml", content: .text(build)),
        Lint.Input(
          path: ".gitea/workflows/b.yml", content: .text(build.replacing("Build", with: "Other"))),
      ], lint)

    #expect(proof.verdict == .backwards)
    #expect(proof.lines.contains { $0.has("a.yml") && $0.has("b.yml") })
  }

  @Test func `nothing that changes production is nothing proven`() {
    let proof = Self.prove("name: CI\non: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n")

    #expect(proof.verdict == .unproven)
  }

  @Test(arguments: [
    #"- run: git merge-base --is-ancestor "$old" "$SHA" || true"#,
    #"- run: git merge-base --is-ancestor "$old" "$SHA" || echo no"#,
    #"- run: git merge-base --is-ancestor "$old" "$SHA" || exit 0"#,
    #"- {shell: 'bash {0}', run: 'git merge-base --is-ancestor "$old" "$SHA"; echo $?'}"#,
    #"- run: set +e; git merge-base --is-ancestor "$old" "$SHA"; echo asked"#,
    #"- run: if ! git merge-base --is-ancestor "$old" "$SHA"; then echo warn; fi"#,
    #"- run: true || git merge-base --is-ancestor "$old" "$SHA""#,
    #"- run: git merge-base --is-ancestor "$old" "$SHA" | cat"#,
    #"- run: git merge-base --is-ancestor "$old" "$SHA" &"#,
    #"- run: '[ "$FORCE" = 1 ] || git merge-base --is-ancestor "$old" "$SHA" || exit 1'"#,
    #"- run: 'check() { git merge-base --is-ancestor "$old" "$SHA" || exit 1; }'"#,
    #"- run: git merge-base "$old" "$SHA""#,
    #"- run: git merge-base --is-ancestor "$SHA" "$old""#,
    "- run: git merge-base --is-ancestor HEAD~1 HEAD",
    #"- {continue-on-error: true, run: 'git merge-base --is-ancestor "$old" "$SHA"'}"#,
    #"- {if: false, run: 'git merge-base --is-ancestor "$old" "$SHA"'}"#,
    #"- {if: "github.ref == 'x'", run: 'git merge-base --is-ancestor "$old" "$SHA"'}"#,
  ])
  func `a question about ancestry whose answer keeps nothing proves nothing`(step: String) {
    let proof = Self.prove(Self.promotion(step))

    #expect(proof.verdict == .unproven, "\(step): \(proof.lines)")
    #expect(proof.lines.contains { $0.has("ci.yml:8") }, "the question is named: \(proof.lines)")
  }

  @Test(arguments: ["always()", "failure() || success()", "${{ !cancelled() }}"])
  func `a move that goes on after a failure is not kept by one`(condition: String) {
    let text = Self.promotion(#"- run: git merge-base --is-ancestor "$old" "$SHA""#)

    #expect(Self.prove(text).verdict == .none)
    let masked = text.replacing("- run: crane", with: "- if: \(condition)\n        run: crane")
    #expect(Self.prove(masked).verdict == .unproven)
  }

  @Test(arguments: [
    #"- run: git merge-base --is-ancestor "$old" "$SHA" || exit 1"#,
    #"- run: if ! git merge-base --is-ancestor "$old" "$SHA"; then echo no; exit 1; fi"#,
    #"- run: '[ -z "$old" ] || git merge-base --is-ancestor "$old" "$SHA" || { echo no; exit 1; }'"#,
    #"- run: 'base=$(git merge-base "$old" "$SHA"); [ "$base" = "$old" ] || exit 1'"#,
    #"- run: 'die() { echo no; exit 1; }; git merge-base --is-ancestor "$old" "$SHA" || die'"#,
    #"- {if: always(), run: 'git merge-base --is-ancestor "$old" "$SHA"'}"#,
  ])
  func `a question about ancestry that ends the job keeps the tag`(step: String) {
    let proof = Self.prove(Self.promotion(step))

    #expect(proof.verdict == .none, "\(step): \(proof.lines)")
  }

  @Test(arguments: [
    ("steps.newer.outputs.yes != '1'", RaceProof.Verdict.none),
    ("steps.newer.outputs.yes != '1' || always()", .backwards),
    ("steps.newer.outputs.yes != '1' || github.actor == 'x'", .backwards),
    ("github.ref_name == 'main' && steps.newer.outputs.yes != '1'", .none),
  ])
  func `an answer that only one side of an or looks at keeps nothing`(
    condition: String, verdict: RaceProof.Verdict
  ) {
    let proof = Self.prove(
      """
      name: Deploy
      on: {workflow_run: {workflows: [CI]}}
      concurrency: prod
      jobs:
        deploy:
          runs-on: linux
          steps:
            - id: newer
              run: |
                head=$(git ls-remote origin main | cut -f1)
                if [ "$head" != "$GITHUB_SHA" ]; then echo "yes=1" >>"$GITHUB_OUTPUT"; fi
            - if: \(condition)
              run: ./deploy.sh "$GITHUB_SHA"
      """)

    #expect(proof.verdict == verdict, "\(proof.lines)")
  }

  @Test func `what none rests on is said, and how much was not recognised`() {
    let proof = Self.prove(
      """
      name: Deliver
      on: push
      jobs:
        deliver: {runs-on: linux, steps: [{run: pawl deploy --sha "$GITHUB_SHA"}]}
        other: {runs-on: linux, steps: [{run: 'kubectl set image deploy/a a=app:$GITHUB_SHA'}]}
      """)

    #expect(proof.verdict == .none)
    #expect(proof.lines.contains { $0.has("rests on .gitea/workflows/ci.yml:4 (pawl deploy") })
    #expect(proof.lines.contains { $0.has("1 other command") }, "\(proof.lines)")
  }

  @Test func `each server's files are proven for that server, whatever comes first`() {
    let text = Self.promotion(#"- run: git merge-base --is-ancestor "$old" "$SHA""#)
    let lint = Lint(
      settings: LintSettingsReader.read(RuleExample.production, file: "pawl.yaml").settings,
      facts: Facts())
    let proof = RaceProof(
      [
        Lint.Input(path: ".github/workflows/a.yml", content: .text("on: push\njobs: {}\n")),
        Lint.Input(path: ".gitea/workflows/b.yml", content: .text(text)),
      ], lint)

    #expect(proof.lines.contains { $0.has(".gitea/workflows/b.yml on Gitea") }, "\(proof.lines)")
    #expect(!proof.lines.contains { $0.has("a.yml and") }, "\(proof.lines)")
  }

  @Test(arguments: ["jobs: [", "on: push\n---\non: push\n"])
  func `a file that cannot be read is named, and is another thing than nothing proven`(
    text: String
  ) {
    let proof = Self.prove(text)

    #expect(proof.verdict == .unreadable)
    #expect(proof.lines.first?.has(".gitea/workflows/ci.yml") == true)
  }

  private static func promotion(_ step: String) -> String {
    """
    name: Promote
    on: {workflow_run: {workflows: [E2E]}}
    concurrency: promote-latest
    jobs:
      promote:
        runs-on: linux
        steps:
          \(step)
          - run: crane tag "app:staging-$SHA" latest
    """
  }

  private static func prove(_ text: String, on target: String = "gitea=1.26") -> RaceProof {
    RaceProof(
      [Lint.Input(path: ".gitea/workflows/ci.yml", content: .text(text))], lint(target))
  }

  private static func lint(_ target: String) -> Lint {
    let settings = LintSettingsReader.read(RuleExample.production, file: "pawl.yaml").settings
    return Lint(settings: settings, facts: Facts(), targets: [target].compactMap { Target($0) })
  }
}
