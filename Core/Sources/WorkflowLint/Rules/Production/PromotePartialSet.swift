import Diagnostics
import MarkedYAML

enum PromotePartialSet: FileRule {
  static let about = RuleAbout(
    "promote-partial-set", .warning, .likely,
    summary: "Several images are moved, and only some of them were checked.",
    why: """
      When the second image is missing or refused, the first is already moved, and tenants pull a set \
      that was never tested together.
      """,
    advice: "Check every image first, then move all, then compare the digests of all.",
    bad: [
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                crane digest registry.example.com/app:staging-abc
                crane tag registry.example.com/app:staging-abc latest
                crane tag registry.example.com/tenant:staging-abc latest  # ← here
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
                crane digest registry.example.com/app:staging-abc
                crane digest registry.example.com/tenant:staging-abc
                crane tag registry.example.com/app:staging-abc latest
                crane tag registry.example.com/tenant:staging-abc latest
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts {
      let promotions = story.promotions
      guard Set(promotions.compactMap(\.promotion?.image)).count > 1, let first = promotions.first
      else { continue }
      let looked = lookedAt(before: first, job, file)
      guard !looked.isEmpty else { continue }
      for promotion in promotions {
        guard let image = promotion.promotion?.image, !looked.contains(where: { $0.has(image) })
        else { continue }
        report.report(
          promotion.mark,
          "'\(image)' is moved and was not looked at before the first of the set was moved",
          hint: "check all, then move all", related: [(first.mark, "the first is moved here")])
      }
    }
  }

  /// The words of commands before `first` that ask a registry.
  private static func lookedAt(before first: Act, _ job: Job, _ file: LintedFile) -> [String] {
    let asking = ["digest", "manifest", "inspect", "config", "validate", "head"]
    return job.steps.prefix(first.step + 1).flatMap { step -> [String] in
      guard let script = step.run else { return [] }
      var values = Values([file.workflow.env, job.env, step.env])
      var found: [String] = []
      script.parsed.eachCommand { command, scene in
        values.take(command)
        guard step.index < first.step || command.offset + scene.base < first.offset else { return }
        let words = command.unwrapped.map { values.text(of: $0) }
        if words.contains(where: asking.contains) { found.append(words.joined(separator: " ")) }
      }
      return found
    }
  }
}
