import MarkedYAML

extension RaceProgram {
  /// What a run of `file` does on `target`: the jobs with production acts and those they need.
  ///
  /// - Parameter trusts: What might keep production from going back does so, even where that was not
  ///   recognised.
  init(_ file: LintedFile, on target: Target, trusts: Bool = false) {
    var reading = RaceReading(file: file, target: target, trusts: trusts)
    self = reading.read()
  }
}

/// Turns acts into moves.
private struct RaceReading {
  let file: LintedFile
  let target: Target
  let trusts: Bool
  private var reasons: [String] = []
  private var doubts: [RaceProgram.Doubt] = []
  private var questions: [RaceQuestion] = []
  private let relevant: [(job: Job, story: JobStory)]

  init(file: LintedFile, target: Target, trusts: Bool) {
    (self.file, self.target, self.trusts) = (file, target, trusts)
    relevant = Self.relevant(in: file)
  }

  mutating func read() -> RaceProgram {
    let whole = wholeGroup
    let unread = unread
    if unread == nil { ask() }
    let ids = relevant.map(\.job.id)
    let jobs = relevant.indices.map { index in
      program(of: index, ids, unread == nil ? steps(of: index) : [], inside: whole)
    }
    return RaceProgram(
      file: file.workflow.path, jobs: jobs, group: whole,
      disciplineReason: reasons.isEmpty ? "runs go side by side" : listed(reasons),
      startsInOrder: startsInOrder, doubts: doubts, unread: unread)
  }

  /// Pushes to a branch come in the order of the commits. What a tag, a check, a timer or a person starts
  /// does not.
  private var startsInOrder: Bool {
    !file.workflow.triggers.isEmpty && file.workflow.triggers.allSatisfy(\.isOrderedPush)
  }

  // MARK: Jobs

  /// Jobs with acts and those they wait for, each behind those it needs.
  private static func relevant(in file: LintedFile) -> [(job: Job, story: JobStory)] {
    let acting = file.acts.filter { !$0.1.acts.isEmpty }.map(\.0)
    let needed = acting.flatMap { file.workflow.ancestors(of: $0) }
    let ids = Set((acting + needed).map(\.id))
    var left = file.acts.filter { ids.contains($0.0.id) }
    var done: [(job: Job, story: JobStory)] = []
    while !left.isEmpty {
      let next = left.firstIndex { job, _ in
        job.needs.allSatisfy { need in !left.contains { $0.0.id == need.value } }
      }
      let (job, story) = left.remove(at: next ?? 0)
      done.append((job, story))
    }
    return done
  }

  private mutating func program(
    of index: Int, _ ids: [String], _ steps: [RaceProgram.Step], inside whole: RaceProgram.Group?
  ) -> RaceProgram.Job {
    let job = relevant[index].job
    let condition = StepCondition(job.condition)
    var group = isAutoCancelled ? nil : job.concurrency.flatMap { self.group($0, of: job) }
    // What the run holds already is no other group.
    if group?.name == whole?.name { group = nil }
    let work = RaceProgram.Step(
      move: .other, title: "the job '\(job.title)' works", file: file.workflow.path, mark: job.mark)
    return RaceProgram.Job(
      title: job.title,
      needs: job.needs.compactMap { ids.firstIndex(of: $0.value) }.filter { $0 < index },
      group: group,
      // GitHub promises no order for groups of jobs; Gitea looks at them as it makes the run.
      entersWithRun: group != nil && job.needs.isEmpty && target.forge == .gitea,
      steps: steps.isEmpty && group != nil ? [work] : steps,
      goesOnAfterFailure: condition.goesOnAfterFailure, isAlways: condition.isAlways)
  }

  /// Why the file is not looked at in full.
  private var unread: RaceProgram.Doubt? {
    let path = file.workflow.path
    let acts = relevant.flatMap(\.story.acts)
    if acts.count > RaceProgram.actsMax {
      return RaceProgram.Doubt(
        title: "more than \(RaceProgram.actsMax) steps that have to do with production", file: path,
        mark: acts[RaceProgram.actsMax].mark)
    }
    let asked = acts.filter { $0.isSuperseded || $0.isAncestry }
    if asked.count > RaceProgram.questionsMax {
      return RaceProgram.Doubt(
        title: "more than \(RaceProgram.questionsMax) questions before changes of production",
        file: path, mark: asked[RaceProgram.questionsMax].mark)
    }
    return nil
  }

  // MARK: Groups

  private var isAutoCancelled: Bool {
    target.does(.autoCancel) == true
      && (target.forge == .gitea || file.workflow.concurrency == nil)
      && file.workflow.triggers.contains { $0.isBranchPush || $0.isPullRequest }
  }

  private var wholeGroup: RaceProgram.Group? {
    mutating get {
      if isAutoCancelled {
        note("\(target.name) cancels the runs of an older push")
        return RaceProgram.Group(
          name: "pushes of \(file.workflow.path)", discipline: .cancels,
          mark: file.workflow.concurrency?.mark ?? .start)
      }
      return file.workflow.concurrency.flatMap { group($0, of: nil) }
    }
  }

  private mutating func note(_ reason: String) {
    if !reasons.contains(reason) { reasons.append(reason) }
  }

  /// - Returns: nil when runs of two commits do not meet in it, or nobody can say.
  private mutating func group(_ concurrency: Concurrency, of job: Job?) -> RaceProgram.Group? {
    if target.lacks(.concurrency) {
      note("\(target.name) ignores the concurrency group")
      return nil
    }
    let text = concurrency.group?.value ?? ""
    var name = text
    switch SharedGroup(text, of: file.workflow, job: job) {
    case .shared(let known): name = known
    case .perRun(let path):
      note("the group holds \(path), so runs of two commits never meet in it")
      return nil
    case .unknown(let path):
      if doubt("whether runs of two commits meet in the group, which holds \(path)", concurrency) {
        return nil
      }
    }
    if let cancel = concurrency.cancelInProgress?.value, cancel != "true", cancel != "false",
      doubt("whether the group cancels, which is \(cancel)", concurrency)
    {
      return nil
    }
    // GitHub takes Prod and prod for one group.
    if target.forge == .github { name = name.lowercased() }
    return RaceProgram.Group(
      name: "group \(name)", discipline: discipline(concurrency), mark: concurrency.mark)
  }

  /// - Returns: whether it is to be taken for no help.
  private mutating func doubt(_ title: String, _ concurrency: Concurrency) -> Bool {
    doubts.append(
      RaceProgram.Doubt(title: title, file: file.workflow.path, mark: concurrency.mark))
    if !trusts { note("nobody can say \(title)") }
    return !trusts
  }

  private mutating func discipline(_ concurrency: Concurrency) -> RaceProgram.Discipline {
    if concurrency.cancels {
      note("a newer run of the group cancels the older")
      return .cancels
    }
    if target.does(.queueing) == true
      || target.does(.queueMax) == true && concurrency.queue?.value == "max"
    {
      note("runs of the group wait for each other in the order they came")
      return .queue
    }
    note("one run of the group waits, a newer takes its place")
    return .onePending
  }

  // MARK: Questions

  private mutating func ask() {
    let promotions = relevant.flatMap(\.story.acts).compactMap(\.promotion)
    for (index, (job, story)) in relevant.enumerated() {
      for act in story.acts where act.isSuperseded || act.isAncestry {
        questions.append(
          RaceQuestion(
            act, number: questions.count, of: job, at: index, in: file, among: promotions))
      }
    }
  }

  /// What a question about ancestry is about: what is moved next, unless the script says it.
  private func subject(of question: RaceQuestion) -> RaceProgram.Shared {
    if case .known(let shared) = question.subject { return shared }
    let own = relevant[question.job].story.effects.filter { question.act.isBefore($0) }
    let later = relevant.indices.lazy.filter { isNeeded(question.job, by: $0) }
      .map { relevant[$0].story.effects }.first { !$0.isEmpty }
    let next = own.isEmpty ? later ?? [] : own
    let promotion = next.first { $0.promotion?.isBuild == false } ?? next.first
    return promotion?.promotion.map { .tag($0.tag) } ?? .fleet
  }

  private func isNeeded(_ index: Int, by other: Int) -> Bool {
    file.workflow.ancestors(of: relevant[other].job).contains { $0.id == relevant[index].job.id }
  }

  /// Whether the other job is left out when this one fails.
  private func isReached(_ other: Int, fromFailureOf index: Int) -> Bool {
    let job = relevant[other].job
    guard !StepCondition(job.condition).runsAfterFailure else { return false }
    return relevant.indices.contains { between in
      job.needs.contains { $0.value == relevant[between].job.id }
        && (between == index || between < other && isReached(between, fromFailureOf: index))
    }
  }

  /// The questions whose answer keeps the effect from being done.
  private mutating func answers(for effect: Act, of index: Int) -> [Int] {
    let (job, story) = relevant[index]
    var numbers: [Int] = []
    for question in questions {
      let keeping: RaceQuestion.Keeping
      if question.job == index {
        keeping = question.keeping(effect, story, job)
      } else if isNeeded(question.job, by: index) {
        keeping = question.keeping(
          effect, of: job, askedIn: relevant[question.job].job,
          isReached: isReached(index, fromFailureOf: question.job))
      } else {
        keeping = .no
      }
      switch keeping {
      case .yes: numbers.append(question.number)
      case .doubtful:
        doubts.append(
          RaceProgram.Doubt(
            title: question.act.title, file: file.workflow.path, mark: question.act.mark))
        if trusts { numbers.append(question.number) }
      case .no: break
      }
    }
    return numbers
  }

  // MARK: Steps

  private mutating func steps(of index: Int) -> [RaceProgram.Step] {
    let (job, story) = relevant[index]
    var steps: [RaceProgram.Step] = []
    for act in story.acts {
      let isAlways = StepCondition(job.steps[act.step]).isAlways
      for (move, title) in moves(act, index) {
        steps.append(
          RaceProgram.Step(
            move: move, title: title, file: file.workflow.path, mark: act.mark, isAlways: isAlways))
      }
    }
    return steps
  }

  private mutating func moves(_ act: Act, _ index: Int) -> [(RaceProgram.Move, String)] {
    switch act.kind {
    case .superseded, .ancestry:
      guard let question = questions.first(where: { $0.job == index && $0.act.isSame(as: act) })
      else { return [] }
      guard act.isAncestry else { return [(.askHead(question.number), "is a newer commit there?")] }
      let shared = subject(of: question)
      return [(.ask(shared, question.number), "what is \(shared) on?")]
    case .deploy: return [(.effect(.fleet, unless: answers(for: act, of: index)), act.title)]
    case .promote(let promotion):
      return [(.effect(.tag(promotion.tag), unless: answers(for: act, of: index)), act.title)]
    case .verify(let verification) where verification.compares || verification.identifies:
      return [(.verify, "does the fleet run this commit?")]
    case .verify, .killSwitch: return []
    case .pawl(let verb):
      let tags = verb == "rollout" ? [] : file.settings.production.tags
      return (verb == "promote" ? [] : [(.fenced(.fleet), act.title)])
        + tags.map { (.fenced(.tag($0)), act.title) }
    }
  }
}

extension Act {
  fileprivate func isSame(as other: Act) -> Bool {
    (step, offset, isAncestry) == (other.step, other.offset, other.isAncestry)
  }
}
