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
      """,
      """
      name: Promote
      on: push
      env: {IMAGES: app web}
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                for image in $IMAGES; do crane manifest "$image:staging-abc" || exit 1; done
                crane tag app:staging-abc latest
                crane tag app-tenant:staging-abc latest  # ← here
      """,
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
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          env: {TENANT: registry.example.com/tenant}
          steps:
            - run: |
                for image in "$IMAGE" "$TENANT"; do
                  crane manifest "$image:staging-$SHA" >/dev/null || exit 1
                done
                crane tag "$IMAGE:staging-$SHA" latest
                crane tag "$TENANT:staging-$SHA" latest
      """,
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts {
      let promotions = story.promotions
      guard Set(promotions.compactMap(\.promotion?.image)).count > 1, let first = promotions.first
      else { continue }
      let looked = lookedAt(before: first, job, file)
      guard !looked.isEmpty else { continue }
      for promotion in promotions {
        guard let image = promotion.promotion?.image,
          !looked.contains(where: { $0.has(Turns.unknown) || $0.hasWord(image) })
        else { continue }
        report.report(
          promotion.mark,
          "'\(image)' is moved and was not looked at before the first of the set was moved",
          hint: "check all, then move all", related: [(first.mark, "the first is moved here")])
      }
    }
  }

  /// The words of commands before `first` that ask a registry, of a loop for each of its turns.
  private static func lookedAt(before first: Act, _ job: Job, _ file: LintedFile) -> [String] {
    let asking = ["digest", "manifest", "inspect", "config", "validate", "head"]
    return job.steps.prefix(first.step + 1).flatMap { step -> [String] in
      guard let script = step.run else { return [] }
      var values = Values([file.workflow.env, job.env, step.env])
      let turns = Turns(script.parsed)
      var found: [String] = []
      script.parsed.eachCommand { command, scene in
        values.take(command)
        guard step.index < first.step || command.offset + scene.base < first.offset else { return }
        let words = command.unwrapped
        guard words.contains(where: { asking.contains(values.text(of: $0)) }) else { return }
        found += turns.of(words, values).map { turn in
          words.map { turn.text(of: $0) }.joined(separator: " ")
        }
      }
      return found
    }
  }
}

/// What the variables of loops are, one turn after the other.
private struct Turns {
  /// Stands for whatever a list holds that is not written out.
  static let unknown = "\u{0}"
  private var loops: [String: [ShellWord]] = [:]

  init(_ script: ShellScript) {
    script.eachCompound { compound, _ in
      if case .loop(.each(let variable, let words)) = compound.kind {
        loops[variable, default: []] += words
      }
    }
  }

  /// The values of each turn, for a command with these words.
  func of(_ words: [ShellWord], _ values: Values) -> [Values] {
    words.flatMap(\.variables).filter { loops[$0] != nil }.reduce([values]) { all, name in
      all.prefix(64).flatMap { known in
        (loops[name] ?? []).flatMap { items(of: $0, known) }.map { known.setting(name, to: $0) }
      }
    }
  }

  private func items(of word: ShellWord, _ values: Values) -> [String] {
    if let literal = word.literal { return [literal] }
    let text = values.text(of: word)
    let isList = word.parts.contains { part in
      switch part {
      case .variable(_, let rest, let isQuoted): !isQuoted || rest.has("[")
      case .command, .expression: true
      case .text, .arithmetic: false
      }
    }
    guard isList else { return [text] }
    return text.has("$") ? [Self.unknown] : text.split(separator: " ").map(String.init)
  }
}
