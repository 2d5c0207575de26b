import Control
import Decisions
import OrderedCollections
import Vocabulary

extension World {
  func start(_ order: Scenario.Order, restartsLeft restarts: Int) throws(Violation) {
    guard let command = disturbed(order, restartsLeft: restarts) else { return }
    if strikes(.oldProgram) { return startAgain(order, restartsLeft: restarts) }
    guard let loop = try? open(isBack: restarts < Self.restartsMax) else {
      return startAgain(order, restartsLeft: restarts)
    }
    let process = SimulatedProcess(id: processes.count, order: order, loop: loop)
    if strikes(.clockJump) { process.clockError = random.number(in: -86_400_000...86_400_000) }
    if strikes(.clockDrift) { process.driftPerMille = random.number(in: -200...200) }
    process.startedAt = now
    processes.append(process)
    living.append(process.id)
    restartsLeft.append(restarts)
    let id = process.id
    tell(.orders, "process \(id) starts: \(command.words)")
    guard !strikes(.crash) else { return crash(id, at: .diesAtStart) }
    guard let effects = try commit([.command(command, by: order.actor)], by: id) else { return }
    guard order.stays else { return end(id) }
    processes[id]?.unsent = effects
    let run = runOrdered(by: command, in: processes[id]?.loop.state)
    processes[id]?.run = run
    happenings.plan(.wake(id), at: now + 1)
  }

  /// Who comes back after a crash reads what is on the disk, in one delivery of some. Others share the truth,
  /// for speed. Now and then both read from the beginning, to find that it is the same; not often, because it
  /// takes as long as all that was decided so far, and I25 does so, too.
  private func open(isBack: Bool) throws -> DecisionLoop {
    let isFromBeginning = random.chance(20)
    if isBack, journal.isReread {
      return try DecisionLoop(
        journal: RereadJournal(journal: journal), from: isFromBeginning ? .empty : nil)
    }
    return try DecisionLoop(journal: journal, from: isFromBeginning ? .empty : snapshot)
  }

  /// The run an order made or joined.
  private func runOrdered(by command: Command, in state: ControlState?) -> RunID? {
    switch command {
    case .release(let commit, _, let extent):
      state?.runs.values.last { $0.commit == commit && $0.order == .release(extent) }?.id
    case .rollback:
      state?.runs.values.last { $0.isRollback }?.id
    case .redeploy(let slugs, _, _):
      state?.runs.values.last { $0.tenantsNamed == slugs }?.id
    case .unquarantine, .abort, .report, .approve, .recheck, .kill, .unkill, .hold, .unhold, .pin,
      .unpin, .taint,
      .untaint, .override:
      nil
    }
  }

  /// Commits events for a process; nil when it did not survive that.
  private func commit(_ events: [Event], by id: Int) throws(Violation) -> [Effect]? {
    guard let process = processes[id] else { return nil }
    if strikes(.failedAppend) {
      journal.sabotageNextAppend(random.chance(500) ? .losesTail : .losesAnswer)
    }
    let drift = (now - process.startedAt) * process.driftPerMille / 1_000
    let moment = Timestamp(milliseconds: max(0, now + process.clockError + drift))
    let effects: [Effect]?
    do throws(JournalFailure) {
      effects = try processes[id]?.loop.submit(events, at: moment, under: process.epoch)
    } catch {
      effects = nil
    }
    journal.sabotageNextAppend(.none)
    try catchUp(with: effects == nil ? nil : process)
    if effects == nil { crash(id) }
    return effects
  }

  /// When a process that was stopped goes on, or nil while it is not stopped.
  private func endOfPause(_ id: Int) -> Int64? {
    guard let until = processes[id]?.stoppedUntil, until > now else { return nil }
    return until
  }

  private var isSomebodyStopped: Bool {
    living.contains { (processes[$0]?.stoppedUntil ?? 0) > now }
  }

  private func drawPause() -> Int64 {
    leaderlessSince = nil
    let length = random.chance(500) ? 60_000 : 10_800_000 as Int64
    let end = now + random.number(in: 1_000...length)
    return min(end, max(now + 1, scenario.horizon ?? end))
  }

  /// Where the lead is a lease, a process that is stopped for longer never goes on.
  private func letLeaseLapse(of id: Int, stoppedUntil end: Int64) {
    guard end - now > Self.leaseSpan, strikes(.lapsedLease) else { return }
    happenings.plan(.lapse(id), at: now + Self.leaseSpan)
  }

  private static let leaseSpan: Int64 = 20_000

  /// One round of a process: take the lead, record, fold in, send; it can die, or be stopped,
  /// between any two of these.
  func step(_ id: Int) throws(Violation) {
    guard processes[id] != nil else { return }
    if let until = endOfPause(id) { return happenings.plan(.wake(id), at: until) }
    if strikes(.pause) {
      coverage.note(.stopsBeforeStep)
      let until = drawPause()
      processes[id]?.stoppedUntil = until
      letLeaseLapse(of: id, stoppedUntil: until)
      return happenings.plan(.wake(id), at: until)
    }
    if strikes(.clockJump) {
      processes[id]?.clockError = random.number(in: -86_400_000...86_400_000)
    }
    if mayLead(id) { guard try takeTheLead(id) else { return } }
    if let inbox = processes[id]?.inbox, !inbox.isEmpty {
      guard !strikes(.crash) else { return crash(id, at: .diesBeforeRecording) }
      processes[id]?.inbox = []
      guard let effects = try commit(inbox, by: id) else { return }
      processes[id]?.unsent += effects
      guard !strikes(.crash) else { return crash(id, at: .diesAfterRecording) }
    }
    guard let effects = try? processes[id]?.loop.refresh() else { return crash(id) }
    processes[id]?.unsent += effects
    if processes[id]?.isLeading == true { try send(from: id) }
    endIfDone(id)
  }

  private func mayLead(_ id: Int) -> Bool {
    guard WrongDesign.perCommitSerialisation.isTried, let process = processes[id],
      !process.isLeading
    else { return leader == nil }
    return !living.contains {
      processes[$0]?.isLeading == true && processes[$0]?.commit == process.commit
    }
  }

  private func takeTheLead(_ id: Int) throws(Violation) -> Bool {
    leader = id
    tell(.orders, "process \(id) leads")
    processes[id]?.isLeading = true
    processes[id]?.leadingSince = now
    let name = ActorName(normalized: "process-\(id)")
    guard try commit([.led(by: name)], by: id) != nil else { return false }
    processes[id]?.epoch = processes[id]?.loop.state.epoch
    leaderlessSince = nil
    let wanted = processes[id]?.loop.state.wanted ?? []
    processes[id]?.unsent = wanted
    return true
  }

  private func send(from id: Int) throws(Violation) {
    guard let process = processes[id] else { return }
    var kept: [Effect] = []
    let unsent = process.unsent
    process.unsent = []
    for (index, effect) in unsent.enumerated() {
      guard !process.isBusy(with: effect.action) else {
        kept.append(effect)
        continue
      }
      switch process.loop.state.permission(for: effect.id) {
      case .withdrawn: continue
      case .hold: kept.append(effect)
      case .tooLate:
        process.inbox.append(.outcome(effect.id, .redeployed(.notSent)))
        happenings.plan(.wake(id), at: now)
      case .send(let token):
        guard effect.action.isMutating else {
          process.inFlight.insert(effect.id)
          dispatch(effect, token, from: id)
          continue
        }
        guard !isFatal(effect.action), !strikes(.crash) else {
          return crash(id, at: .diesBeforeSending)
        }
        process.launch(effect)
        try notice(effect, token, from: id)
        if strikes(.pause) {
          coverage.note(.stopsWithOrderInHand)
          let until = drawPause()
          process.stoppedUntil = until
          letLeaseLapse(of: id, stoppedUntil: until)
          process.unsent = kept + unsent[(index + 1)...]
          happenings.plan(.resume(effect, token, process: id), at: until)
          return happenings.plan(.wake(id), at: until)
        }
        dispatch(effect, token, from: id)
      }
    }
    process.unsent = kept
    if strikes(.crash) { crash(id, at: .diesAfterSending) }
  }

  /// It was let through before the process was stopped, and nobody asks again before it goes out.
  func resume(_ effect: Effect, _ token: FencingToken, of process: Int) {
    guard processes[process] != nil else { return }
    tell(.orders, "process \(process) goes on")
    dispatch(effect, token, from: process)
  }

  func deliver(_ outcome: Outcome, of id: EffectID, to process: Int) throws(Violation) {
    if let until = endOfPause(process) {
      return happenings.plan(.answer(outcome, to: id, process: process), at: until)
    }
    guard processes[process]?.finish(id) == true else { return }
    processes[process]?.inbox.append(.outcome(id, outcome))
    // Now and then two outcomes are recorded in one append.
    happenings.plan(.wake(process), at: now + (random.chance(300) ? random.number(in: 1...500) : 0))
  }

  private func endIfDone(_ id: Int) {
    guard let process = processes[id], process.mutationsInFlight == 0, process.inbox.isEmpty else {
      return
    }
    if let run = process.run {
      if process.loop.state.runs[run]?.isLive == true { return }
      if process.loop.state.followUp(after: run)?.isLive == true { return }
    }
    // Somebody who has mended everything looks after what others left, too: a run whose processes have all
    // died ends only while somebody leads.
    if healedAt != nil, process.loop.state.runs.values.contains(where: \.isLive) { return }
    leave(id)
  }

  func crash(_ id: Int, at corner: Coverage.Corner? = nil) {
    guard let process = processes[id] else { return }
    if let corner { coverage.note(corner) }
    tell(.orders, "process \(id) dies")
    leave(id)
    startAgain(process.order, restartsLeft: restartsLeft[id])
  }

  /// Somebody sees that it failed and gives the same order again.
  private func startAgain(_ order: Scenario.Order, restartsLeft: Int) {
    guard restartsLeft > 0 else { return }
    happenings.plan(
      .order(order, restartsLeft: restartsLeft - 1), at: now + random.number(in: 500...60_000))
  }

  private func end(_ id: Int) {
    processes[id] = nil
    living.remove(id)
  }

  private func leave(_ id: Int) {
    let wasLeading = processes[id]?.isLeading == true
    end(id)
    let waiting = living
    if waiting.isEmpty { leaderlessSince = nil }
    guard wasLeading, leader == id else { return }
    leader = nil
    leaderlessSince = waiting.isEmpty || isSomebodyStopped ? nil : now
    for other in waiting {
      happenings.plan(.wake(other), at: now + random.number(in: 1...200))
    }
  }
}
