import MarkedYAML

/// One file, with everything a rule may ask about it.
struct LintedFile: Sendable {
  let workflow: Workflow
  let problems: [YAMLProblem]
  /// The servers that are to run it.
  let targets: [Target]
  let settings: LintSettings
  let facts: Facts
  /// What each job does to production, in the order of ``Workflow/jobs``.
  let stories: [JobStory]
  /// Every step of every job.
  let steps: [(job: Job, step: Step)]
  /// Every script with its step.
  let scripts: [(job: Job, step: Step, script: Script)]
  /// Every expression with its place: those in braces, and conditions without.
  let expressions: [(expression: Expression, mark: YAMLMark)]

  init(
    workflow: Workflow, problems: [YAMLProblem], targets: [Target], settings: LintSettings,
    facts: Facts
  ) {
    self.workflow = workflow
    self.problems = problems
    self.targets = targets
    self.settings = settings
    self.facts = facts
    stories = workflow.jobs.map { JobStory($0, in: workflow, production: settings.production) }
    steps = workflow.jobs.flatMap { job in job.steps.map { (job, $0) } }
    scripts = steps.compactMap { job, step in step.run.map { (job, step, $0) } }
    expressions = Self.expressions(in: workflow.root)
  }

  private init(slim file: LintedFile) {
    workflow = file.workflow.slim
    (problems, targets) = (file.problems, file.targets)
    (settings, facts) = (file.settings, file.facts)
    (stories, steps, scripts, expressions) = ([], [], [], [])
  }

  /// What the rules about folders look at, without the steps: a thousand files fit into little memory.
  var slim: LintedFile { LintedFile(slim: self) }

  var source: SourceText { workflow.source }
  var jobs: [Job] { workflow.jobs }
  /// Whether it is a workflow and no `action.yml`.
  var isWorkflow: Bool { workflow.kind == .workflow }

  /// Each job with what it does.
  var acts: Zip2Sequence<[Job], [JobStory]> { zip(workflow.jobs, stories) }

  /// The targets that are known not to do something.
  func targets(lacking behaviour: Behaviour) -> [Target] { targets.filter { $0.lacks(behaviour) } }

  func targets(doing behaviour: Behaviour) -> [Target] {
    targets.filter { $0.does(behaviour) == true }
  }

  func targets(_ forge: Target.Forge) -> [Target] { targets.filter { $0.forge == forge } }

  /// Whether a server makes status contexts of the names of workflows; GitHub takes those of jobs alone.
  var namesContexts: Bool { targets.contains { $0.forge != .github } }

  var isProduction: Bool { stories.contains { $0.isProduction } }

}

/// The files that one server reads together.
struct LintedFolder: Sendable {
  /// `.gitea/workflows`
  let path: String
  let files: [LintedFile]
  /// Every folder of workflows there is, this one too.
  let folders: [String]
  /// Files of this folder that could not be read, and so are missing in ``files``.
  let unread: [String]
  let targets: [Target]
  let settings: LintSettings
  let facts: Facts
}

/// What a change does to the files of a repository.
struct LintedChange: Sendable {
  let base: [LintedFile]
  let head: [LintedFile]
  let diff: Diff
  let settings: LintSettings
  let facts: Facts

  func base(_ path: String) -> LintedFile? { base.first { $0.workflow.path == path } }
  func head(_ path: String) -> LintedFile? { head.first { $0.workflow.path == path } }
}

/// The lines that a change adds, by file.
public struct Diff: Hashable, Sendable {
  public struct File: Hashable, Sendable {
    public enum Status: Sendable {
      case added
      case modified
      case removed
    }

    public let path: String
    public let status: Status
    /// Number in the new file, and text.
    public let added: [Line]

    public init(path: String, status: Status, added: [Line]) {
      self.path = path
      self.status = status
      self.added = added
    }
  }

  public struct Line: Hashable, Sendable {
    public let number: Int
    public let text: String

    public init(number: Int, text: String) {
      self.number = number
      self.text = text
    }
  }

  public let files: [File]

  public init(files: [File]) { self.files = files }
}

extension LintedFolder {
  /// Whether a target reads this folder, and not another one that is there too.
  var isRead: Bool {
    targets.contains { target in
      guard let own = target.forge.folders.first(where: { path.hasSuffix($0) }) else { return true }
      let root = path.dropLast(own.count)
      return target.forge.folders.first { folders.contains(root + $0) } == own
    }
  }
}
