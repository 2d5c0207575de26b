import Control
import Decisions
import OrderedCollections
import Vocabulary

extension World {
  func start(_ order: Scenario.Order, restartsLeft restarts: Int) throws(Violation) {
    // Mostly from a snapshot, for speed; now and then from the beginning, to find that it is the same.
    let snapshot = random.chance(100) ? .empty : snapshot
    guard let loop = try? DecisionLoop(journal: journal, from: snapshot) else {
      return startAgain(order, restartsLeft: restarts)
    }
    let process = SimulatedProcess(id: processes.count, order: order, loop: loop)
    if strikes(.clockJump, faults.clockJump) {
      process.clockError = random.number(in: -86_400_000...86_400_000)
    }
    processes.append(process)
    restartsLeft.append(restarts)
    let id = process.id
    tell("process \(id) starts")
    guard strikes(.crash, faults.crash) == false else { return crash(id) }
    let actor: ActorName = "alice"
    guard let effects = try commit([.command(order.command, by: actor)], by: id) else { return }
    guard order.stays else { return processes[id] = nil }
    processes[id]?.unsent = effects
    let run = runOrdered(by: order.command, in: processes[id]?.loop.state)
    processes[id]?.run = run
    happenings.plan(.wake(id), at: now + 1)
  }

  /// The run an order made or joined.
  private func runOrdered(by command: Command, in state: ControlState?) -> RunID? {
    switch command {
    case .release(let commit, _, let extent):
      state?.runs.values.last { $0.commit == commit && $0.order == .release(extent) }?.id
    case .rollback:
      state?.runs.values.last { $0.isRollback }?.id
    case .abort, .report, .approve, .recheck, .kill, .unkill, .hold, .unhold, .pin, .unpin, .taint,
      .untaint, .override:
      nil
    }
  }

  /// Commits events for a process; nil when it did not survive that.
  private func commit(_ events: [Event], by id: Int) throws(Violation) -> [Effect]? {
    guard let process = processes[id] else { return nil }
    if strikes(.failedAppend, faults.failedAppend) {
      journal.sabotageNextAppend(random.chance(500) ? .losesTail : .losesAnswer)
    }
    let moment = Timestamp(milliseconds: max(0, now + process.clockError))
    let effects: [Effect]?
    do throws(JournalFailure) {
      effects = try processes[id]?.loop.submit(events, at: moment)
    } catch {
      effects = nil
    }
    journal.sabotageNextAppend(.none)
    try catchUp()
    if effects == nil { crash(id) }
    return effects
  }

  /// One round of a process: take the lead, record, fold in, send; it can die between any two of these.
  func step(_ id: Int) throws(Violation) {
    guard processes[id] != nil else { return }
    if strikes(.clockJump, faults.clockJump) {
      processes[id]?.clockError = random.number(in: -86_400_000...86_400_000)
    }
    if leader == nil { guard try takeTheLead(id) else { return } }
    if let inbox = processes[id]?.inbox, !inbox.isEmpty {
      guard !strikes(.crash, faults.crash) else { return crash(id) }
      processes[id]?.inbox = []
      guard let effects = try commit(inbox, by: id) else { return }
      processes[id]?.unsent += effects
      guard !strikes(.crash, faults.crash) else { return crash(id) }
    }
    guard let effects = try? processes[id]?.loop.refresh() else { return crash(id) }
    processes[id]?.unsent += effects
    if leader == id { try send(from: id) }
    endIfDone(id)
  }

  private func takeTheLead(_ id: Int) throws(Violation) -> Bool {
    leader = id
    tell("process \(id) leads")
    processes[id]?.isLeading = true
    let name = ActorName(normalized: "process-\(id)")
    guard try commit([.led(by: name)], by: id) != nil else { return false }
    let wanted = processes[id]?.loop.state.wanted ?? []
    processes[id]?.unsent = wanted
    return true
  }

  private func send(from id: Int) throws(Violation) {
    guard let process = processes[id] else { return }
    var kept: [Effect] = []
    let unsent = process.unsent
    process.unsent = []
    for effect in unsent {
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
        if effect.action.isMutating {
          guard !isFatal(effect.action), !strikes(.crash, faults.crash) else { return crash(id) }
          process.targetsInFlight[effect.id] = effect.action
        }
        process.inFlight.append(effect.id)
        try dispatch(effect, token, from: id)
      }
    }
    process.unsent = kept
    if strikes(.crash, faults.crash) { crash(id) }
  }

  func deliver(_ outcome: Outcome, of id: EffectID, to process: Int) throws(Violation) {
    guard let index = processes[process]?.inFlight.firstIndex(of: id) else { return }
    processes[process]?.inFlight.remove(at: index)
    processes[process]?.targetsInFlight[id] = nil
    processes[process]?.inbox.append(.outcome(id, outcome))
    // Now and then two outcomes are recorded in one append.
    happenings.plan(.wake(process), at: now + (random.chance(300) ? random.number(in: 1...500) : 0))
  }

  private func endIfDone(_ id: Int) {
    guard let process = processes[id], process.mutationsInFlight == 0, process.inbox.isEmpty else {
      return
    }
    if let run = process.run, process.loop.state.runs[run]?.isLive == true { return }
    tell("process \(id) ends")
    leave(id)
  }

  func crash(_ id: Int) {
    guard let process = processes[id] else { return }
    tell("process \(id) dies")
    leave(id)
    startAgain(process.order, restartsLeft: restartsLeft[id])
  }

  /// Somebody sees that it failed and gives the same order again.
  private func startAgain(_ order: Scenario.Order, restartsLeft: Int) {
    guard restartsLeft > 0 else { return }
    happenings.plan(
      .order(order, restartsLeft: restartsLeft - 1), at: now + random.number(in: 500...60_000))
  }

  private func leave(_ id: Int) {
    processes[id] = nil
    guard leader == id else { return }
    leader = nil
    for other in processes.indices where processes[other] != nil {
      happenings.plan(.wake(other), at: now + random.number(in: 1...200))
    }
  }
}
