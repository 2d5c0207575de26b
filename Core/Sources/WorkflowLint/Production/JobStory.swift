/// What one job does to production, in order.
struct JobStory: Sendable {
  private(set) var acts: [Act] = []
  /// Why the job counts as production; empty when it does not.
  private(set) var selectors: [Production.Selector] = []
  /// The `if` of each step; empty where nothing is asked.
  private let conditions: [StepCondition]
  /// Places of the questions in ``acts``: of each step, and those whose answer leads out of their step.
  private let asked: [Int: [Int]]
  private let reaching: [Int]

  /// Of so many questions before a step it is asked whether they keep it; more proves nothing.
  private static let reachingMax = 64

  init(_ job: Job, in workflow: Workflow, production: Production) {
    var found = Recognition(job: job, workflow: workflow, production: production)
    for step in job.steps { found.look(at: step) }
    let acts = found.acts
    self.acts = acts
    let questions = acts.indices.filter { !acts[$0].isEffect && !acts[$0].isPawl }
    conditions = questions.isEmpty ? [] : job.steps.map { StepCondition($0) }
    asked = Dictionary(grouping: questions) { acts[$0].step }
    reaching = questions.filter {
      acts[$0].consequence.reachesOut && !acts[$0].consequence.isCondition
    }
    selectors = found.matched + Self.selectors(of: job, in: workflow, production)
  }

  /// Whether it changes production, or stands where only such jobs do.
  var isProduction: Bool { !selectors.isEmpty || acts.contains { $0.isEffect || $0.isPawl } }

  var effects: [Act] { acts.filter(\.isEffect) }
  var deploys: [Act] { acts.filter(\.isDeploy) }
  /// Copies of tags; builds that push are another matter.
  var promotions: [Act] { acts.filter { $0.promotion?.isBuild == false } }

  /// Labels, environments and files that declare the whole job.
  private static func selectors(
    of job: Job, in workflow: Workflow, _ production: Production
  ) -> [Production.Selector] {
    production.selectors.filter { selector in
      switch selector.kind {
      case .labels: job.runsOn?.labels.contains { $0.value == selector.text } ?? false
      case .environments: job.environment?.value == selector.text
      case .files: Glob(selector.text).matches(workflow.path)
      case .hosts, .endpoints, .commands: false
      }
    }
  }

  /// Whether `question`, asked before `act`, can keep it from being done.
  func question(_ question: Act, keeps act: Act, of job: Job) -> Bool {
    let use = question.consequence
    if use.isCondition { return question.step == act.step }
    if question.step == act.step {
      return question.offset < act.offset
        && (use.endsStep || use.failsJob || use.leftOut.contains(act.offset)
          || !use.isFollowed && act.isConditional)
    }
    guard question.step < act.step else { return false }
    let (asking, acting) = (job.steps[question.step], job.steps[act.step])
    let condition = conditions[act.step]
    // What is not asked keeps nothing from being done.
    guard condition.implies(conditions[question.step]) else { return false }
    if use.failsJob {
      if asking.continueOnError == nil, !condition.runsAfterFailure { return true }
      if let id = asking.id, condition.wantsSuccess(of: id) { return true }
    }
    guard use.tells else { return false }
    if condition.asks("env.") || asking.id.map({ condition.asks("steps.\($0).outputs.") }) ?? false
    {
      return true
    }
    let text = act.isConditional ? acting.run?.text ?? "" : ""
    return text.has("env.") || asking.id.map { text.has("steps.\($0).") } ?? false
  }

  /// The questions of one kind that keep `act` from being done when their answer is no.
  func guards(of act: Act, in job: Job, _ isKind: (Act) -> Bool) -> [Act] {
    // Both are in the order of the steps.
    let before = reaching.partitioningIndex { acts[$0].step >= act.step }
    let places = reaching[..<before].suffix(Self.reachingMax) + (asked[act.step] ?? [])
    return places.filter { isKind(acts[$0]) && question(acts[$0], keeps: act, of: job) }
      .map { acts[$0] }
  }
}

extension Array {
  /// The first place from which on the answer is yes; it is no before.
  fileprivate func partitioningIndex(_ isBehind: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
