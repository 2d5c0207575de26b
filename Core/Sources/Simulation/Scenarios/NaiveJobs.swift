import Decisions
import Vocabulary

/// The jobs that a team glues together from a registry tool, `curl` and workflow files, in the same
/// world and with the same orders: check, redeploy one tenant after the other, look, write one tag
/// after the other.
///
/// Every order is a job of its own; they share nothing. It is what pawl is compared with, and no
/// part of pawl.
final class NaiveJobs {
  /// How many rows of a commit one page has.
  private static let rowsOnPage = 30

  private struct Job {
    let commit: Int
    let extent: Command.Extent
    let startedAt: Int64
    var end: String?
  }

  private let world: World
  private let habits: [Habit]
  private var planned = EventQueue<() -> Void>()
  private var jobs: [Job] = []
  private var rows: [CommitStatus] = []
  private var isKilled = false
  /// Commits that were built and for which no job started.
  private var missed: [Int] = []
  private var messages: UInt64 = 0
  private var writes = 0
  private(set) var harms: [String] = []

  init(_ scenario: Scenario, habits: [Habit], seed: UInt64) {
    world = World(
      scenario: scenario, faults: .none, random: SplitMix64(seed: seed), narrates: true)
    self.habits = habits
  }

  private var scenario: Scenario { world.scenario }

  /// Plays all of it.
  func play() -> Incident.NaivePlay {
    for order in scenario.orders { at(order.at) { self.receive(order.command) } }
    while let (time, act) = planned.next() {
      world.now = max(world.now, time)
      act()
    }
    judge()
    for harm in harms { world.tell(.faults, harm) }
    return Incident.NaivePlay(
      jobs: jobs.map { $0.end ?? "still waiting" }, tenants: world.tenants.map(\.running),
      latest: world.provenTargets.map {
        world.tags[$0.0].flatMap { Scenario.commit(of: $0.digest) }
      },
      harms: harms, timeline: world.timeline ?? Timeline())
  }

  private func at(_ time: Int64, _ act: @escaping () -> Void) { planned.plan(act, at: time) }
  private func after(_ pause: Int64, _ act: @escaping () -> Void) { at(world.now + pause, act) }
  private func has(_ habit: Habit) -> Bool { habits.contains(habit) }

  private func receive(_ command: Command) {
    switch command {
    case .release(let commit, _, let extent):
      guard let index = scenario.history.index(of: commit) else { return }
      guard isTriggered else {
        missed.append(index)
        return world.tell(.outside, "commit \(index) is built, and no job starts for it")
      }
      jobs.append(Job(commit: index, extent: extent, startedAt: world.now))
      let job = jobs.count - 1
      tell(job, "starts for commit \(index)")
      if let newer = jobs.map(\.commit).max(), newer > index, !has(.neverLooksForNewer),
        !has(.redeploysWhateverLatestIs)
      {
        return end(job, "skipped: commit \(newer) is newer")
      }
      awaitChecks(of: job)
    case .report(let status): rows.append(status)
    case .kill: isKilled = true
    case .unkill: isKilled = false
    case .rollback, .redeploy, .abort, .hold, .unhold, .pin, .unpin, .unquarantine, .taint,
      .untaint,
      .override, .approve, .recheck:
      return
    }
  }

  private var isTriggered: Bool {
    !scenario.misfortunes.contains { misfortune in
      guard case .neverRuns(_, let until) = misfortune else { return false }
      return has(.startsWithItsWorkflow) && world.now < until
    }
  }

  private func tell(_ job: Int, _ text: String) { world.tell(.orders, "job \(job + 1) \(text)") }

  private func end(_ job: Int, _ how: String) {
    jobs[job].end = how
    tell(job, how)
  }

  // MARK: Checks

  private func awaitChecks(of job: Int) {
    let states = scenario.plan.gates.required.map { newestState(of: $0, on: jobs[job].commit) }
    if states.contains(.failure) { return end(job, "red: a check failed") }
    let mayGo = states.allSatisfy { $0 == .success } || has(.ignoresUnfinishedChecks)
    if mayGo { return redeploy(job, Array(world.tenants.indices)) }
    guard world.now - jobs[job].startedAt < 3_600_000 else {
      return end(job, "red: no check was found in an hour")
    }
    after(30_000) { self.awaitChecks(of: job) }
  }

  private func newestState(of context: ContextName, on commit: Int) -> CommitStatus.State? {
    let all = rows.filter { $0.commit == scenario.history.commits[commit] }
    let page = has(.readsOnePage) ? Array(all.prefix(Self.rowsOnPage)) : all
    return page.last { $0.context == context }?.state
  }

  // MARK: Tenants

  private var isStopped: Bool {
    let isUnreadable = scenario.misfortunes.contains { misfortune in
      guard case .unreadableJournal(let from, let until) = misfortune else { return false }
      return (from..<until).contains(world.now)
    }
    return isKilled && !(isUnreadable && has(.takesUnreadableForOff))
  }

  private func redeploy(_ job: Int, _ left: [Int]) {
    guard jobs[job].extent != .promotion, let tenant = left.first else { return writeTags(job, 0) }
    guard !isStopped else { return after(10_000) { self.redeploy(job, left) } }
    if isKilled { note("job \(job + 1) went on although the kill switch was on") }
    let commit =
      has(.redeploysWhateverLatestIs) && jobs[job].extent == .everything
      ? latest ?? jobs[job].commit : jobs[job].commit
    tell(job, "tells \(world.tenants[tenant].tenant.slug) to run commit \(commit)")
    send(commit, to: tenant)
    look(job, at: tenant, expecting: commit, until: world.now + 120_000) {
      self.after(self.scenario.plan.rollout.soak.milliseconds) {
        self.redeploy(job, Array(left.dropFirst()))
      }
    }
  }

  private var latest: Int? {
    world.provenTargets.last.flatMap { world.tags[$0.0] }.flatMap { Scenario.commit(of: $0.digest) }
  }

  private func look(
    _ job: Int, at tenant: Int, expecting commit: Int, until deadline: Int64,
    _ next: @escaping () -> Void
  ) {
    after(5_000) {
      if self.has(.believesDriver) { return next() }
      let wanted = Observation.running(self.scenario.history.commits[commit])
      if self.world.tenants[tenant].observation(at: self.world.now, self.scenario, drains: true)
        == wanted
      {
        return next()
      }
      guard self.world.now < deadline, !self.has(.looksOnce) else {
        return self.end(job, "red: \(self.world.tenants[tenant].tenant.slug) is stale")
      }
      self.look(job, at: tenant, expecting: commit, until: deadline, next)
    }
  }

  private func send(_ commit: Int, to tenant: Int) {
    messages += 1
    let order = Redeploy(
      tenant: world.tenants[tenant].tenant, location: scenario.plan.tenantLocation,
      digest: Scenario.digest(commit, at: scenario.imageIndex(scenario.plan.tenantImage) ?? 0),
      commit: scenario.history.commits[commit], generation: Generation(messages), manner: .restart)
    // No token that anybody compares: the newest request is always obeyed.
    let token = FencingToken(generation: Generation(messages), epoch: Epoch(0))
    _ = try? world.obey(order, token, effect(.redeploy(order)))
  }

  private func effect(_ action: Action) -> Effect {
    Effect(id: EffectID(messages), run: RunID(0), action: action, attempt: 1)
  }

  // MARK: Tags

  private func writeTags(_ job: Int, _ index: Int) {
    guard jobs[job].extent != .rollout, index < world.provenTargets.count else {
      return end(job, "green")
    }
    writes += 1
    guard !world.meets(.dies(beforeWrite: writes)) else { return end(job, "died") }
    let (target, image) = world.provenTargets[index]
    guard case .tag(let tag) = target.selector else { return }
    messages += 1
    let write = TagWrite(
      location: target.location, tag: tag, digest: Scenario.digest(jobs[job].commit, at: image))
    _ = try? world.point(write, effect(.point(write)))
    after(3_000) { self.writeTags(job, index + 1) }
  }
}

// MARK: - What came of it

extension NaiveJobs {
  private func note(_ harm: String) {
    if !harms.contains(harm) { harms.append(harm) }
  }

  private func judge() {
    judgeMovements()
    if let first = missed.first, let last = missed.last {
      note("commits \(first) to \(last) were built and never released, and nobody was told")
    }
    let shown = world.provenTargets.map {
      world.tags[$0.0].flatMap { Scenario.commit(of: $0.digest) }
    }
    if let first = shown.first, shown.contains(where: { $0 != first }) {
      note("the members of a channel show different commits, and nobody knows")
    }
    for (index, job) in jobs.enumerated() {
      let isThere = world.tenants.allSatisfy { $0.running == job.commit }
      if job.end == "green", index == jobs.count - 1, !isThere, job.extent != .promotion {
        note("job \(index + 1) is green, and not every tenant runs commit \(job.commit)")
      }
      let isFine = scenario.characters[job.commit] == .good && isGreen(job.commit)
      if job.end?.hasPrefix("red") == true, isFine {
        note("job \(index + 1) is red, and nothing is wrong with commit \(job.commit)")
      }
    }
  }

  /// Judged on all rows.
  private func isGreen(_ commit: Int) -> Bool {
    scenario.plan.gates.required.allSatisfy { context in
      let newest = rows.last {
        $0.commit == scenario.history.commits[commit] && $0.context == context
      }
      return newest?.state == .success
    }
  }

  private func judgeMovements() {
    for (index, movement) in world.movements.enumerated() {
      let before =
        world.movements[..<index].last { $0.subject == movement.subject }?.commit
        ?? scenario.initial
      if let before, before > movement.commit {
        note(
          "\(movement.subject.words) went back from commit \(before) to commit \(movement.commit)")
      }
      let isUnchecked = scenario.plan.gates.required.contains { context in
        let at = scenario.orders.last {
          guard case .report(let status) = $0.command else { return false }
          return status.context == context && status.state == .success
            && status.commit == scenario.history.commits[movement.commit]
        }?.at
        return (at ?? .max) > movement.at
      }
      if isUnchecked {
        note(
          "\(movement.subject.words) moved to commit \(movement.commit) before its checks were green"
        )
      }
    }
  }
}

extension Movement.Subject {
  fileprivate var words: String {
    switch self {
    case .tenant(let slug): slug.text
    case .tag(let reference): reference.words
    }
  }
}
