import Diagnostics
import MarkedYAML

enum MutableTagAtBuild: FileRule {
  static let about = RuleAbout(
    "mutable-tag-at-build", .error,
    summary: "The build moves the tag that tenants pull, before anything was proven.",
    why: """
      `latest` then means "was built", and every tenant that restarts runs what no test has seen. Which \
      tags tenants pull says `lint.production.tags`; rolling tags for staging are allowed by \
      `staging-tags`.
      """,
    advice: "Push `staging-${{ github.sha }}` here, and move the tag by digest behind the gate.",
    bad: [
      """
      name: Build
      on: push
      jobs:
        build:
          runs-on: docker
          steps:
            - uses: docker/build-push-action@v6
              with:
                push: true
                tags: registry.example.com/app:latest  # ← here
            - run: |
                docker build -t registry.example.com/app:latest .
                docker push registry.example.com/app:latest  # ← here
      """,
      """
      name: Build
      on: push
      jobs:
        build:
          runs-on: docker
          steps:
            - uses: docker/metadata-action@v5
              with:
                tags: type=raw,value=latest  # ← here
      """,
    ],
    good: [
      """
      name: Build
      on: push
      jobs:
        build:
          runs-on: docker
          steps:
            - uses: docker/build-push-action@v6
              with:
                push: true
                tags: registry.example.com/app:staging-${{ github.sha }}
            - run: |
                docker build -t registry.example.com/app:latest .
                docker push registry.example.com/app:staging-latest
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (_, story) in file.acts {
      for act in story.acts {
        guard let promotion = act.promotion, promotion.isBuild else { continue }
        report.report(
          act.mark,
          "the build moves '\(promotion.image):\(promotion.tag)', which tenants pull, before "
            + "anything was proven",
          hint: "push 'staging-${{ github.sha }}', and move the tag behind the gate")
      }
    }
    for (_, step) in file.steps where step.action?.hasSuffix("docker/metadata-action") ?? false {
      guard let tags = step.with("tags") else { continue }
      for line in tags.value.split(separator: "\n") {
        let fields = line.split(separator: ",").map { String($0.trimmed) }
        guard fields.contains("type=raw"), !fields.contains("enable=false"),
          let value = fields.first(where: { $0.hasPrefix("value=") })?.dropFirst(6),
          file.settings.production.tags.contains(String(value))
        else { continue }
        report.report(
          tags.mark, "this makes the build push '\(value)', which tenants pull",
          hint: "move the tag behind the gate")
      }
    }
  }
}
