import MarkedYAML

extension RaceProgram {
  /// What a run of `file` does on `target`: the jobs with production acts, in the order of their needs.
  ///
  /// - Parameter trusts: A question about ancestry counts as a guard even where what becomes of its answer
  ///   was not recognised.
  init(_ file: LintedFile, on target: Target, trusts: Bool = false) {
    var reading = RaceReading(file: file, target: target, trusts: trusts)
    reading.read()
    self.init(
      file: file.workflow.path, steps: reading.steps, discipline: reading.discipline,
      disciplineReason: reading.reason, startsInOrder: reading.startsInOrder, group: reading.group,
      doubts: reading.doubts)
  }
}

/// Turns acts into moves.
private struct RaceReading {
  let file: LintedFile
  let target: Target
  private(set) var steps: [RaceProgram.Step] = []
  private(set) var discipline = RaceProgram.Discipline.none
  private(set) var reason = "runs go side by side"
  private(set) var group: String?
  private(set) var doubts: [RaceProgram.Step] = []
  private let trusts: Bool

  init(file: LintedFile, target: Target, trusts: Bool) {
    self.file = file
    self.target = target
    self.trusts = trusts
  }

  /// Pushes come in the order of the commits. What a check, a timer or a person starts does not.
  var startsInOrder: Bool { file.workflow.triggers.allSatisfy(\.isBranchPush) }

  mutating func read() {
    let productive = ordered.filter { !$0.story.acts.isEmpty }
    let isWhole = file.workflow.concurrency != nil || cancelsPushes
    if let concurrency = file.workflow.concurrency {
      choose(concurrency)
    } else if cancelsPushes {
      (discipline, reason) = (.cancels, "\(target.name) cancels the runs of an older push")
      group = file.workflow.path
    }
    if isWhole { add(.enter, "the run", file.workflow.concurrency?.mark ?? .start) }
    for (job, story) in productive {
      let own = isWhole ? nil : job.concurrency
      if let own {
        choose(own)
        add(.enter, "the job '\(job.title)'", own.mark)
      }
      for act in story.acts { take(act, story, job) }
      if let own { add(.leave, "the job '\(job.title)'", own.mark) }
    }
    if isWhole { add(.leave, "the run", file.workflow.concurrency?.mark ?? .start) }
    if discipline == .none || group == nil { dropGroup() }
  }

  /// Jobs after those they need.
  private var ordered: [(job: Job, story: JobStory)] {
    var left = Array(file.acts)
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

  private var cancelsPushes: Bool {
    target.does(.autoCancel) == true
      && (target.forge == .gitea || file.workflow.concurrency == nil)
      && file.workflow.triggers.contains { $0.isBranchPush || $0.isPullRequest }
  }

  private mutating func choose(_ concurrency: Concurrency) {
    if cancelsPushes, target.lacks(.concurrency) {
      (discipline, reason) = (.cancels, "\(target.name) cancels the runs of an older push")
      group = file.workflow.path
      return
    }
    if target.lacks(.concurrency) {
      reason = "\(target.name) ignores the concurrency group"
      return
    }
    let name = concurrency.group?.value ?? ""
    if let path = SharedGroup.perRun(name) {
      reason = "the group holds \(path), so runs of two commits never meet in it"
      return
    }
    group = name
    if concurrency.cancels {
      (discipline, reason) = (.cancels, "a newer run of the group cancels the older")
    } else if target.does(.queueing) == true
      || target.does(.queueMax) == true && concurrency.queue?.value == "max"
    {
      (discipline, reason) = (
        .queue, "runs of the group wait for each other in the order they came"
      )
    } else {
      (discipline, reason) = (.onePending, "one run of the group waits, a newer takes its place")
    }
  }

  private mutating func dropGroup() {
    steps.removeAll { step in
      switch step.move {
      case .enter, .leave: true
      case .askHead, .ask, .effect, .verify, .fenced: false
      }
    }
    discipline = .none
  }

  private mutating func add(_ move: RaceProgram.Move, _ title: String, _ mark: YAMLMark) {
    steps.append(
      RaceProgram.Step(move: move, title: title, file: file.workflow.path, mark: mark))
  }

  private mutating func take(_ act: Act, _ story: JobStory, _ job: Job) {
    switch act.kind {
    case .superseded: add(.askHead, "is a newer commit there?", act.mark)
    case .ancestry:
      // What it compares with is what is moved next.
      let next = story.promotions.first { act.isBefore($0) }
      let shared = next?.promotion.map { RaceProgram.Shared.tag($0.tag) } ?? .fleet
      add(.ask(shared), "what is \(shared) on?", act.mark)
    case .deploy:
      add(.effect(.fleet, guarding(act, story, job)), act.title, act.mark)
    case .promote(let promotion):
      add(.effect(.tag(promotion.tag), guarding(act, story, job)), act.title, act.mark)
    case .verify(let verification) where verification.compares || verification.identifies:
      add(.verify, "does the fleet run this commit?", act.mark)
    case .verify, .killSwitch: break
    case .pawl(let verb):
      if verb != "promote" { add(.fenced(.fleet), act.title, act.mark) }
      if verb != "rollout" {
        for tag in file.settings.production.tags { add(.fenced(.tag(tag)), act.title, act.mark) }
      }
    }
  }

  private mutating func guarding(
    _ act: Act, _ story: JobStory, _ job: Job
  ) -> RaceProgram.Guard {
    let asked = story.acts.filter { $0.isAncestry && $0.isBefore(act) }
    let guards = story.guards(of: act, in: job, \.isAncestry)
    if guards.isEmpty {
      doubts += asked.map {
        RaceProgram.Step(
          move: .ask(.fleet), title: $0.title, file: file.workflow.path, mark: $0.mark)
      }
    }
    return RaceProgram.Guard(
      head: !story.guards(of: act, in: job, \.isSuperseded).isEmpty,
      shared: !guards.isEmpty || trusts && !asked.isEmpty)
  }
}
