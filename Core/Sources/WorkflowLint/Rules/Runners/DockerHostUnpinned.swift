import Diagnostics
import MarkedYAML

enum DockerHostUnpinned: FileRule {
  static let about = RuleAbout(
    "docker-host-unpinned", .error, repair: .unsafe, setting: .dockerLabels,
    summary: "A job needs a container engine, and its label does not promise one.",
    why: """
      `ubuntu-latest` may be served by a host without an engine, or by one of another system. Which \
      labels promise one says `lint.docker-labels`.
      """,
    advice: "Name a label of a host with an engine.",
    bad: [
      """
      ==> pawl.yaml
      lint: {docker-labels: [docker-host, docker-*]}
      ==> .gitea/workflows/ci.yml
      name: Build
      on: push
      jobs:
        build:
          runs-on: ubuntu-latest  # ← here
          steps: [{run: docker build .}]
      """
    ],
    good: [
      """
      ==> pawl.yaml
      lint: {docker-labels: [docker-*]}
      ==> .gitea/workflows/ci.yml
      name: Build
      on: push
      jobs:
        build:
          runs-on: docker-host
          steps: [{run: docker build .}]
        remote:
          runs-on: ubuntu-latest
          steps:
            - run: |
                ssh host <<'EOF'
                docker compose up -d
                EOF
            - run: echo docker build
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    let allowed = file.settings.dockerLabels
    for job in file.jobs {
      guard let runsOn = job.runsOn, !runsOn.isExpression, job.uses == nil,
        !runsOn.labels.contains(where: { label in allowed.contains { $0.matches(label.value) } }),
        let use = use(job)
      else { continue }
      report.report(
        runsOn.mark,
        "'\(runsOn.labels.map(\.value).joined(separator: ", "))' promises no container engine, and "
          + "the job '\(job.title)' needs one",
        hint: "a label of a host with an engine", related: [(use, "it is needed here")],
        fix: fix(runsOn, allowed, file.source))
    }
  }

  /// The first allowed label that is written out, for one label that is.
  private static func fix(_ runsOn: RunsOn, _ allowed: [Glob], _ source: SourceText) -> Fix? {
    guard runsOn.labels.count == 1, let label = runsOn.labels.first,
      let wanted = allowed.first(where: { !$0.pattern.contains { "*?".contains($0) } }),
      let line = source.line(label.mark.line),
      line.unicodeScalars.dropFirst(label.mark.column - 1).starts(with: label.value.unicodeScalars)
    else { return nil }
    return .replace(
      label.mark, label.value.unicodeScalars.count, wanted.pattern, isSafe: false)
  }

  private static func use(_ job: Job) -> YAMLMark? {
    for step in job.steps {
      if let uses = step.uses,
        uses.value.hasPrefix("docker/") || uses.value.has("://github.com/docker/")
      {
        return uses.mark
      }
      guard let script = step.run else { continue }
      var found: Int?
      script.parsed.eachCommand { command, scene in
        guard !scene.isRemote, found == nil else { return }
        if ["docker", "docker-compose", "podman", "buildah"].contains(command.tool ?? "") {
          found = command.offset + scene.base
        }
      }
      if let found { return script.mark(at: found) }
    }
    return nil
  }
}
