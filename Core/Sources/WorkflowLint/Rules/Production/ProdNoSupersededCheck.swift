import Diagnostics
import MarkedYAML

enum ProdNoSupersededCheck: FileRule {
  static let about = RuleAbout(
    "prod-no-superseded-check", .error, setting: .production,
    summary: "Production is changed without asking whether a newer commit is there.",
    why: """
      Two runs overlap. The newer has moved the fleet and the tag; the older, which was built earlier \
      and finished later, moves them back and ends green.
      """,
    advice: """
      Right before each effect ask the forge for the head of the branch; newer means skip with a notice. \
      It narrows the window and does not close it: only refusal at the sink does, which is what `pawl \
      deploy` is for.
      """,
    bad: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: make build
            - run: ./deploy.sh "$GITHUB_SHA"  # ← here
      """
    ],
    good: [
      """
      name: Deploy
      on: push
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
      """,
      """
      name: Deploy
      on: push
      jobs:
        deploy: {runs-on: linux, steps: [{run: pawl deploy --sha "$GITHUB_SHA"}]}
      """,
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts where Automatic.isStarted(file.workflow) {
      // A check that is there and comes too late is another finding.
      guard !story.acts.contains(where: \.isSuperseded),
        let first = (story.deploys + story.promotions).min(by: { $0.step < $1.step })
      else { continue }
      guard !Automatic.needsGuard(job, file, \.isSuperseded) else { continue }
      report.report(
        first.mark,
        "'\(first.title)' changes production without asking whether a newer commit is there: an "
          + "older run that finishes later moves it back",
        hint: "compare with the head of the branch before each effect, or let 'pawl deploy' do it")
    }
  }
}
