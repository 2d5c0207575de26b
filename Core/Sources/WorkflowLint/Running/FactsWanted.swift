import MarkedYAML

/// What a lint of some files would ask a forge, so that nothing else is asked.
public struct FactsWanted: Hashable, Sendable {
  /// A job whose last runs are to be looked at.
  public struct Job: Hashable, Sendable {
    /// As ``Facts/Runs/context`` names it.
    public let context: String
    /// `ci.yml`
    public let file: String
    /// What the job is called where it runs.
    public let title: String
  }

  /// As the comments write them, each once.
  public fileprivate(set) var trackers: [String] = []
  public fileprivate(set) var jobs: [Job] = []
  /// Whether a file reads secrets, and variables.
  public fileprivate(set) var secrets = false
  public fileprivate(set) var variables = false
  /// Whether a job names a runner, and pawl.yaml does not say which there are.
  public fileprivate(set) var runnerLabels = false
}

extension Lint {
  /// What would have to be known about `inputs`, and about what has changed in them since the base.
  public func wanted(by inputs: [Input]) -> FactsWanted {
    var wanted = FactsWanted()
    let files = inputs.compactMap { linted($0) }
    for file in files {
      let paths = file.expressions.flatMap(\.expression.paths)
      let contexts = Set(paths.map { $0.prefix { $0 != "." } })
      wanted.secrets = wanted.secrets || contexts.contains("secrets")
      wanted.variables = wanted.variables || contexts.contains("vars")
      let isNamed = file.jobs.contains { $0.runsOn.map { !$0.isExpression } ?? false }
      wanted.runnerLabels = wanted.runnerLabels || settings.runnerLabels.isEmpty && isNamed
      for mask in Mask.all(in: file) {
        wanted.add(Tracker.near(mask.mark.line, in: file.source, settings))
      }
      for suppression in Suppression.all(in: file.source) {
        wanted.add(Tracker.find(in: suppression.reason, settings))
      }
    }
    for before in (base ?? []).compactMap({ linted($0) }) {
      guard let now = files.first(where: { $0.workflow.path == before.workflow.path }) else {
        continue
      }
      for job in Mask.removed(from: before, to: now) { wanted.add(job, of: now.workflow) }
    }
    return wanted
  }
}

extension FactsWanted {
  fileprivate mutating func add(_ tracker: String?) {
    guard let tracker, !trackers.contains(tracker) else { return }
    trackers.append(tracker)
  }

  fileprivate mutating func add(_ job: WorkflowLint.Job, of workflow: Workflow) {
    jobs.append(
      Job(
        context: StatusContext(workflow: workflow, job: job).prefix, file: workflow.fileName,
        title: job.title))
  }
}
