import Diagnostics
import MarkedYAML

enum ProdGuardAfterSideEffect: FileRule {
  static let about = RuleAbout(
    "prod-guard-after-side-effect", .error, setting: .production,
    summary: "The superseded check comes after an effect, or keeps nothing from being done.",
    why: """
      A check that only keeps the verification from failing does not keep the fleet from going back. One \
      that prints and exits with 0 ends its own step; the next step goes on.
      """,
    advice:
      """
      Good order: superseded?, deploy, verify, superseded?, promote. Each effect hangs on the answer \
      before it.
      """,
    bad: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: ./deploy.sh "$GITHUB_SHA"  # ← here
            - id: newer
              run: |
                head=$(git ls-remote origin main | cut -f1)
                if [ "$head" != "$GITHUB_SHA" ]; then echo "yes=1" >>"$GITHUB_OUTPUT"; fi
            - if: steps.newer.outputs.yes != '1'
              run: curl -f https://api.example.com/buildinfo
      """,
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: |
                head=$(git ls-remote origin main | cut -f1)
                if [ "$head" != "$GITHUB_SHA" ]; then echo superseded; exit 0; fi
            - run: ./deploy.sh "$GITHUB_SHA"  # ← here
      """,
    ],
    good: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: |
                head=$(git ls-remote origin main | cut -f1)
                if [ "$head" != "$GITHUB_SHA" ]; then echo superseded; exit 0; fi
                ./deploy.sh "$GITHUB_SHA"
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts where Automatic.isStarted(file.workflow) {
      let questions = story.acts.filter(\.isSuperseded)
      guard let question = questions.first else { continue }
      for effect in story.deploys + story.promotions
      where story.guards(of: effect, in: job, \.isSuperseded).isEmpty {
        let isLate = questions.allSatisfy { !$0.isBefore(effect) }
        report.report(
          effect.mark,
          isLate
            ? "'\(effect.title)' is done before the superseded check, which can then only watch"
            : "the superseded check does not keep '\(effect.title)' from being done: "
              + (question.step == effect.step
                ? "nothing ends the script" : "its step ends, and this one goes on"),
          hint: "give the check an output, and this step an 'if' on it",
          related: [(question.mark, "the check stands here")])
      }
    }
  }
}
