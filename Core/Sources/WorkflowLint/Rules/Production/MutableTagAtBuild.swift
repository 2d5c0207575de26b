import Diagnostics
import MarkedYAML

enum MutableTagAtBuild: FileRule {
  static let about = RuleAbout(
    "mutable-tag-at-build", .error,
    summary: "The build moves the tag that tenants pull, before anything was proven.",
    why: """
      `latest` then means "was built", and every tenant that restarts runs what no test has seen. Which \
      tags tenants pull says `lint.production.tags`; rolling tags for staging are allowed by \
      `staging-tags`. `docker/metadata-action` adds `latest` to the tag of a release by itself, unless \
      its `flavor` says `latest=false`.
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
            - uses: docker/metadata-action@v5
              with:
                flavor: latest=true  # ← here
                tags: type=sha
      """,
      """
      name: Build
      on: {push: {tags: [v*]}}
      jobs:
        build:
          runs-on: docker
          steps:
            - id: meta
              uses: docker/metadata-action@v5
              with:
                images: registry.example.com/app
                tags: type=semver,pattern={{version}}  # ← here
            - uses: docker/build-push-action@v6
              with: {push: true, tags: "${{ steps.meta.outputs.tags }}"}
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
      """,
      """
      name: Build
      on: {push: {tags: [v*]}}
      jobs:
        build:
          runs-on: docker
          steps:
            - id: meta
              uses: docker/metadata-action@v5
              with:
                images: registry.example.com/app
                flavor: latest=false
                tags: type=semver,pattern={{version}}
            - uses: docker/build-push-action@v6
              with: {push: true, tags: "${{ steps.meta.outputs.tags }}"}
      """,
      """
      name: Check
      on: {push: {tags: [v*]}}
      jobs:
        build:
          runs-on: docker
          steps:
            - id: meta
              uses: docker/metadata-action@v5
              with: {tags: "type=semver,pattern={{version}}"}
            - uses: docker/build-push-action@v6
              with: {push: false, tags: "${{ steps.meta.outputs.tags }}"}
      """,
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
    for (job, step) in file.steps where step.action?.hasSuffix("docker/metadata-action") ?? false {
      guard let (mark, tag) = pointer(of: step, job, file) else { continue }
      report.report(
        mark, "this makes the build push '\(tag)', which tenants pull",
        hint: "move the tag behind the gate")
    }
  }

  /// The tag for tenants that `docker/metadata-action` hands to the build.
  private static func pointer(
    of step: Step, _ job: Job, _ file: LintedFile
  ) -> (mark: YAMLMark, tag: String)? {
    let wanted = file.settings.production.tags
    let rows = lines(step.with("tags"))
    for fields in rows where fields.contains("type=raw") && !fields.contains("enable=false") {
      guard let value = fields.first(where: { $0.hasPrefix("value=") })?.dropFirst(6),
        wanted.contains(String(value)), let tags = step.with("tags")
      else { continue }
      return (tags.mark, String(value))
    }
    guard wanted.contains("latest") else { return nil }
    let flavor = lines(step.with("flavor")).joined()
    if flavor.contains("latest=true"), let mark = step.with("flavor")?.mark {
      return (mark, "latest")
    }
    // By itself it adds 'latest' to what it makes of the tag of a release.
    guard !flavor.contains("latest=false"), file.workflow.triggers.contains(where: isRelease),
      rows.isEmpty || rows.contains(where: isOfRelease), isPushed(step, job)
    else { return nil }
    return (step.with("tags")?.mark ?? step.mark, "latest")
  }

  private static func lines(_ value: Located<String>?) -> [[String]] {
    (value?.value ?? "").split(separator: "\n").map { line in
      line.split(separator: ",").map { String($0.trimmed) }
    }.filter { !$0.isEmpty }
  }

  private static func isRelease(_ trigger: Trigger) -> Bool {
    trigger.event == "release" || trigger.event == "push" && trigger.has("tags")
  }

  private static func isOfRelease(_ fields: [String]) -> Bool {
    !fields.contains("enable=false")
      && (fields.contains { ["type=semver", "type=pep440", "type=match"].contains($0) }
        || fields.contains("type=ref") && fields.contains("event=tag"))
  }

  /// Whether a build of the same job pushes the tags that the step has made.
  private static func isPushed(_ step: Step, _ job: Job) -> Bool {
    guard let id = step.id else { return false }
    return job.steps.contains { build in
      build.with("push").map { $0.value != "false" } ?? false
        && build.with.contains { $0.value.value.has("steps.\(id).outputs.") }
    }
  }
}
