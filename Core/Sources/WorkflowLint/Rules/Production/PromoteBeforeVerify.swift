import Diagnostics
import MarkedYAML

enum PromoteBeforeVerify: FileRule {
  static let about = RuleAbout(
    "promote-before-verify", .error, .likely, setting: .production,
    summary: "The tag is moved before the rollout, or before what runs was asked.",
    why: """
      The tag is what a tenant gets that restarts by itself. Moved first, it hands out a build that the \
      rollout has not proven, and stays there when the rollout fails.
      """,
    advice: "Order: rollout, verify, move the tag.",
    bad: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: crane tag "app@$DIGEST" latest  # ← here
            - run: ./deploy.sh "$GITHUB_SHA"
            - run: curl -f "$URL/buildinfo"
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
            - run: ./deploy.sh "$GITHUB_SHA"
            - run: curl -f "$URL/buildinfo"
            - run: crane tag "app@$DIGEST" latest
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (_, story) in file.acts {
      for promotion in story.promotions {
        let later = story.acts.first { act in
          promotion.isBefore(act) && (act.isDeploy || act.verification?.identifies ?? false)
        }
        guard let later else { continue }
        report.report(
          promotion.mark,
          "'\(promotion.promotion?.tag ?? "")' is moved before the "
            + (later.isDeploy ? "rollout" : "verification") + ", so tenants get what is not proven",
          hint: "rollout, verify, then the tag", related: [(later.mark, "this comes after it")])
        break
      }
    }
  }
}
