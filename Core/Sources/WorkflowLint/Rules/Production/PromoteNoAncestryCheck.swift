import Diagnostics
import MarkedYAML

enum PromoteNoAncestryCheck: FileRule {
  static let about = RuleAbout(
    "promote-no-ancestry-check", .error, .likely,
    summary: "A tag that tenants pull is moved without comparing what is there with what comes.",
    why: """
      Runs finish out of order. Whoever finishes last moves the tag last, to the older commit, and \
      nothing in the registry refuses it.
      """,
    advice: """
      Read the revision label of what the tag points to, and move it only when that commit is an \
      ancestor of the candidate or the same: `git merge-base --is-ancestor OLD NEW`. `pawl promote` does \
      it for each repository.
      """,
    bad: [
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps: [{run: 'crane tag registry.example.com/app:staging-abc latest'}]  # ← here
      """
    ],
    good: [
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                old=$(crane config registry.example.com/app:latest | jq -r '.config.Labels.revision')
                git merge-base --is-ancestor "$old" "$GITHUB_SHA" || exit 1
                crane tag registry.example.com/app:staging-abc latest
                crane tag registry.example.com/app:staging-abc staging-latest
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts {
      for promotion in story.promotions {
        let isAsked = story.acts.contains { $0.isAncestry && $0.isBefore(promotion) }
        guard !isAsked, !Automatic.needsGuard(job, file, \.isAncestry) else { continue }
        report.report(
          promotion.mark,
          "'\(promotion.promotion?.image ?? ""):\(promotion.promotion?.tag ?? "")' is moved without "
            + "asking whether it goes forward",
          hint: "git merge-base --is-ancestor OLD NEW, or 'pawl promote'")
        break
      }
    }
  }
}
