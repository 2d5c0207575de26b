import Diagnostics
import Testing

@testable import WorkflowLint

/// What the prover makes of questions: where they stand, what they are about, and where the answer leads.
struct RaceQuestionTests {
  private static let check = #"git merge-base --is-ancestor "$old" "$SHA" || exit 1"#

  // MARK: Questions in other jobs

  @Test(arguments: [
    ("", Self.check, "", RaceProof.Verdict.none),
    ("", Self.check, "if: always()", .unproven),
    ("", Self.check, "if: github.actor != 'x'", .none),
    ("if: github.actor != 'x'", Self.check, "", .unproven),
    ("", "git merge-base --is-ancestor \"$old\" \"$SHA\" || true", "", .unproven),
    ("", Self.check, "if: always() && needs.check.result == 'success'", .none),
  ])
  func `a question that fails a needed job keeps what stands in the next`(
    stepCondition: String, script: String, condition: String, verdict: RaceProof.Verdict
  ) {
    let proof = Self.proof(
      """
      name: Deploy
      on: {workflow_run: {workflows: [CI]}}
      concurrency: prod
      jobs:
        check:
          runs-on: linux
          steps:
            - name: ask
              \(stepCondition)
              run: \(script)
        deploy:
          needs: check
          \(condition)
          runs-on: linux
          steps: [{run: ./deploy.sh}]
      """)

    #expect(proof.verdict == verdict, "\(proof.lines)")
  }

  @Test func `a question in another job stands outside the group of the job that acts`() {
    let text = """
      name: Deploy
      on: {workflow_run: {workflows: [CI]}}
      jobs:
        check: {runs-on: linux, steps: [{run: '\(Self.check)'}]}
        deploy: {needs: check, runs-on: linux, concurrency: prod, steps: [{run: ./deploy.sh}]}
      """

    #expect(Self.verdict(text) == .backwards)
  }

  @Test(arguments: [
    ("needs.check.outputs.newer != '1'", RaceProof.Verdict.none),
    ("needs.check.outputs.newer == '1'", .unproven),
    ("needs.check.outputs.other != '1'", .unproven),
    ("needs.check.outputs.newer != '1' || github.actor == 'x'", .backwards),
  ])
  func `an answer that a needed job hands on keeps the job that looks at it`(
    condition: String, verdict: RaceProof.Verdict
  ) {
    let proof = Self.proof(
      """
      name: Deploy
      on: {workflow_run: {workflows: [CI]}}
      concurrency: prod
      jobs:
        check:
          runs-on: linux
          outputs: {newer: '${{ steps.ask.outputs.yes }}'}
          steps:
            - id: ask
              run: |
                head=$(git ls-remote origin main | cut -f1)
                if [ "$head" != "$GITHUB_SHA" ]; then echo "yes=1" >>"$GITHUB_OUTPUT"; fi
        deploy:
          needs: check
          if: \(condition)
          runs-on: linux
          steps: [{run: ./deploy.sh}]
      """)

    #expect(proof.verdict == verdict, "\(proof.lines)")
  }

  // MARK: What a question is about

  @Test(arguments: [
    (#"old=$(crane config app:latest | jq -r .config.Labels.revision)"#, RaceProof.Verdict.none),
    (#"old=$(skopeo inspect docker://app:latest | jq -r .Labels.revision) || old="""#, .none),
    (#"d=$(crane digest app:latest); old=$(crane config "app@$d" | jq -r .revision)"#, .none),
    ("", .none), ("old=$(git rev-parse v1.0.0)", .unproven),
    ("old=$(crane config app:staging | jq -r .revision)", .unproven),
    ("old=$(crane config other:latest | jq -r .revision)", .unproven), ("old=v1.0.0", .unproven),
    ("old=$(cat deployed.txt)", .unproven),
  ])
  func `a question is about what is moved only when its value comes from there`(
    assignment: String, verdict: RaceProof.Verdict
  ) {
    let proof = Self.proof(
      """
      name: Promote
      on: {workflow_run: {workflows: [CI]}}
      concurrency: prod
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                \(assignment)
                \(Self.check)
                crane tag "app:staging-$SHA" latest
      """)

    #expect(proof.verdict == verdict, "\(assignment): \(proof.lines)")
  }

  @Test(arguments: [
    (#"if [ "$head" != "$GITHUB_SHA" ]; then exit 0; fi; ./deploy.sh"#, RaceProof.Verdict.none),
    (#"if [ "$head" = "$GITHUB_SHA" ]; then ./deploy.sh; fi"#, .none),
    (#"[ "$head" = "$GITHUB_SHA" ] || exit 0; ./deploy.sh"#, .none),
    (#"if [ "$head" != "$GITHUB_SHA" ]; then ./deploy.sh; fi"#, .unproven),
    (#"if [ "$head" = "$GITHUB_SHA" ]; then exit 0; fi; ./deploy.sh"#, .unproven),
    (#"chk() { [ "$head" = "$GITHUB_SHA" ] || return 1; }; chk || true; ./deploy.sh"#, .backwards),
    (#"chk() { [ "$head" = "$GITHUB_SHA" ] || return 1; }; chk || exit 0; ./deploy.sh"#, .unproven),
    (#"if [ -n "$DEBUG" ]; then exit 0; fi; [ "$head" = "$SHA" ]; ./deploy.sh"#, .none),
    (#"[ -n "$head" ] || exit 1; echo "$head"; [ "$SHA" ] || exit 1; ./deploy.sh"#, .unproven),
    (#"[ "$head" != "$LAST" ] || exit 0; [ "$SHA" ] || exit 1; ./deploy.sh"#, .unproven),
    (#"if [ -n "$DEBUG" ]; then exit 0; fi; [ "$head" = "$SHA" ] || true; ./deploy.sh"#, .unproven),
  ])
  func `a superseded check counts only where its answer leads`(
    script: String, verdict: RaceProof.Verdict
  ) {
    let proof = Self.proof(
      """
      name: Deploy
      on: {workflow_run: {workflows: [CI]}}
      concurrency: prod
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: |
                head=$(git ls-remote origin main | cut -f1)
                \(script)
      """)

    #expect(proof.verdict == verdict, "\(script): \(proof.lines)")
  }

  @Test func `whether two commits have anything in common is no question of which is newer`() {
    let verdict = Self.verdict(
      """
      name: Promote
      on: {workflow_run: {workflows: [CI]}}
      concurrency: prod
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                base=$(git merge-base "$old" "$SHA")
                [ -n "$base" ] || exit 1
                crane tag "app:staging-$SHA" latest
      """)

    #expect(verdict == .unproven)
  }

  @Test func `a superseded check in a function whose status nobody heeds is found to keep nothing`()
  {
    func text(_ call: String) -> String {
      """
      name: Deploy
      on: {workflow_run: {workflows: [CI]}}
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: |
                chk() { [ "$(git ls-remote origin main | cut -f1)" = "$GITHUB_SHA" ] || return 1; }
                \(call)
                ./deploy.sh
      """
    }

    #expect(Self.rules(text("chk || true")).contains("prod-guard-after-side-effect"))
    #expect(!Self.rules(text("chk || exit 0")).contains("prod-guard-after-side-effect"))
  }

  @Test func `a step that runs exactly when the answer is no is not kept by it`() {
    let proof = Self.proof(
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
            - if: steps.newer.outputs.yes == '1'
              run: ./deploy.sh "$GITHUB_SHA"
      """)

    #expect(proof.verdict == .unproven, "\(proof.lines)")
  }

  @Test(arguments: [
    ("if pawl superseded --sha \"$SHA\"; then exit 0; fi", RaceProof.Verdict.none),
    ("pawl superseded --sha \"$SHA\" && exit 0", .none),
    ("pawl superseded --sha \"$SHA\" || exit 0", .unproven),
  ])
  func `pawl superseded is a superseded check, which succeeds when there is a newer commit`(
    script: String, verdict: RaceProof.Verdict
  ) {
    let text = """
      name: Deploy
      on: {workflow_run: {workflows: [CI]}}
      concurrency: prod
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: |
                \(script)
                ./deploy.sh
      """

    #expect(Self.verdict(text) == verdict)
    #expect(!Self.rules(text).contains("prod-no-superseded-check"))
  }

  // MARK: Setting

  private static func verdict(
    _ text: String, on target: String = "gitea=1.26"
  ) -> RaceProof.Verdict {
    proof(text, on: target).verdict
  }

  private static func proof(_ text: String, on target: String = "gitea=1.26") -> RaceProof {
    RaceProof([Lint.Input(path: ".gitea/workflows/ci.yml", content: .text(text))], lint(target))
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
