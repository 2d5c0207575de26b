import MarkedYAML

/// One job of a workflow. A composite action is read as one job without a runner.
final class Job: Sendable {
  let id: String
  let mark: YAMLMark
  let node: YAMLNode
  let name: Located<String>?
  let needs: [Located<String>]
  let condition: Located<String>?
  let runsOn: RunsOn?
  let environment: Located<String>?
  let concurrency: Concurrency?
  let permissions: YAMLNode.Entry?
  let env: [Variable]
  let timeout: Located<String>?
  let continueOnError: Located<String>?
  let matrix: YAMLNode.Entry?
  /// The reusable workflow that it calls.
  let uses: Located<String>?
  let steps: [Step]

  init(id: String, mark: YAMLMark, node: YAMLNode, source: SourceText, defaultShell: String?) {
    self.id = id
    self.mark = mark
    self.node = node
    name = node["name"]?.located
    needs = node["needs"]?.oneOrMore ?? []
    condition = node["if"]?.located
    let runs = node.entry("runs-on").map(RunsOn.init)
    runsOn = runs
    environment = node["environment"]?.located ?? node["environment"]?["name"]?.located
    concurrency = Concurrency(node.entry("concurrency"))
    permissions = node.entry("permissions")
    env = Variable.all(in: node["env"])
    timeout = node["timeout-minutes"]?.located
    continueOnError = node["continue-on-error"]?.located
    matrix = node["strategy"]?.entry("matrix")
    uses = node["uses"]?.located
    let shell = node["defaults"]?["run"]?["shell"]?.text ?? defaultShell
    steps = (node["steps"]?.items ?? []).enumerated().map {
      Step(index: $0.offset, node: $0.element, source: source, defaultShell: shell, runsOn: runs)
    }
  }

  /// The same without its steps.
  var slim: Job { Job(slim: self) }

  private init(slim job: Job) {
    (id, mark, node, name, needs) = (job.id, job.mark, .empty, job.name, job.needs)
    (condition, runsOn, environment) = (job.condition, job.runsOn, job.environment)
    (concurrency, permissions, env) = (job.concurrency, nil, [])
    (timeout, continueOnError, matrix) = (job.timeout, job.continueOnError, job.matrix)
    (uses, steps) = (job.uses, [])
  }

  /// What a person and a status context call it.
  var title: String { name?.value ?? id }
}

/// Where a job runs.
struct RunsOn: Sendable {
  let mark: YAMLMark
  let labels: [Located<String>]
  /// Whether it is written as `{group: …, labels: …}`.
  let isMapping: Bool
  /// PowerShell is the default shell there.
  let mayBeWindows: Bool

  init(_ entry: YAMLNode.Entry) {
    mark = entry.keyMark
    isMapping = entry.value.isMapping
    labels = isMapping ? entry.value["labels"]?.oneOrMore ?? [] : entry.value.oneOrMore
    mayBeWindows = labels.contains { $0.value.lowercased().has("windows") }
  }

  /// Whether what runs it is only known when it runs.
  var isExpression: Bool { labels.isEmpty || labels.contains { $0.value.has("${{") } }
}
