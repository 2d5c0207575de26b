import MarkedYAML

/// A workflow file, or the `action.yml` of a composite action, as it was written.
public struct Workflow: Sendable {
  enum Kind: Sendable {
    case workflow
    /// Its steps are those of one job called `runs`.
    case action
  }

  let source: SourceText
  let kind: Kind
  let root: YAMLNode
  let name: Located<String>?
  let runName: Located<String>?
  /// The `on` key.
  let on: YAMLNode.Entry?
  let triggers: [Trigger]
  let env: [Variable]
  let concurrency: Concurrency?
  let permissions: YAMLNode.Entry?
  let jobs: [Job]

  init(root: YAMLNode, source: SourceText) {
    self.source = source
    self.root = root
    name = root["name"]?.located
    runName = root["run-name"]?.located
    // YAML 1.1 reads `on` as true, and some tools write it back as `true:` or quote it.
    on = root.entry("on") ?? root.entry("true")
    let isAction = root["runs"]?.isMapping == true && root["jobs"] == nil
    kind = isAction ? .action : .workflow
    triggers = isAction ? [] : Trigger.all(in: on?.value)
    env = Variable.all(in: root["env"])
    concurrency = Concurrency(root.entry("concurrency"))
    permissions = root.entry("permissions")
    let shell = root["defaults"]?["run"]?["shell"]?.text
    if isAction, let runs = root.entry("runs") {
      jobs = [
        Job(id: "runs", mark: runs.keyMark, node: runs.value, source: source, defaultShell: nil)
      ]
    } else {
      jobs = (root["jobs"]?.entries ?? []).filter { $0.value.isMapping }.map {
        Job(
          id: $0.key, mark: $0.keyMark, node: $0.value, source: source, defaultShell: shell)
      }
    }
  }

  /// The same without the steps and the tree.
  var slim: Workflow { Workflow(slim: self) }

  private init(slim workflow: Workflow) {
    (source, kind, root) = (workflow.source, workflow.kind, .empty)
    (name, runName, on) = (workflow.name, workflow.runName, workflow.on)
    (triggers, env, concurrency) = (workflow.triggers, [], workflow.concurrency)
    (permissions, jobs) = (nil, workflow.jobs.map(\.slim))
  }

  var path: String { source.path }

  /// `.gitea/workflows` of `.gitea/workflows/ci.yml`; empty for a file without a folder.
  var folder: String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// `ci` of `.gitea/workflows/ci.yml`.
  var stem: String { String(fileName.prefix { $0 != "." }) }

  var fileName: String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  func job(_ id: String) -> Job? { jobs.first { $0.id == id } }

  func trigger(_ event: String) -> Trigger? { triggers.first { $0.event == event } }

  /// The jobs that `job` waits for, and those they wait for.
  func ancestors(of job: Job) -> [Job] {
    var found: [Job] = []
    var waiting = job.needs.map(\.value)
    while let id = waiting.popLast() {
      guard !found.contains(where: { $0.id == id }), let next = self.job(id) else { continue }
      found.append(next)
      waiting += next.needs.map(\.value)
    }
    return found
  }
}
