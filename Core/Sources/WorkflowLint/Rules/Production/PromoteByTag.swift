import Diagnostics
import MarkedYAML

enum PromoteByTag: FileRule {
  static let about = RuleAbout(
    "promote-by-tag", .warning, .likely,
    summary: "A tag is moved to what another moving tag points to.",
    why: """
      Between the test and the move the source may have been moved as well; then tenants get what nobody \
      tested. A tag with the commit in it, or a digest, stays what it is.
      """,
    advice: "Move to `app@sha256:…`, or compare the digests afterwards.",
    bad: [
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps: [{run: 'crane tag registry.example.com/app:staging-latest latest'}]  # ← here
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
                crane tag "registry.example.com/app@$DIGEST" latest
                crane tag "registry.example.com/tenant:staging-$GITHUB_SHA" latest
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let moving = file.settings.production.stagingTags + file.settings.production.tags
    for (job, story) in file.acts {
      for promotion in story.promotions {
        guard let source = promotion.promotion?.source else { continue }
        let name = ImageName(source)
        guard !name.hasDigest,
          moving.contains(name.tag ?? "latest") || name.tag == nil && !source.has("$"),
          !comparesDigest(behind: promotion, job)
        else { continue }
        report.report(
          promotion.mark,
          "'\(source)' is itself a moving tag: what is promoted may not be what was tested",
          hint: "promote by digest")
      }
    }
  }

  private static func comparesDigest(behind act: Act, _ job: Job) -> Bool {
    job.steps.dropFirst(act.step).contains { step in
      step.run?.parsed.commands.contains { command, scene in
        ["[", "test", "[["].contains(command.program)
          && (step.index > act.step || command.offset + scene.base > act.offset)
          && command.words.contains { $0.source.lowercased().has("digest") }
      } ?? false
    }
  }
}
