import Vocabulary

// Waiting for the gates of a run, and heeding them afterwards.

extension ControlState {
  mutating func openGates(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id] else { return }
    runs[id]?.stage = .gating
    guard let rules = run.plan.gates.rules else { return openReportedGates(run, &effects) }
    runs[id]?.watch = run.watch ?? GateWatch(rules, of: run.commit, on: run.plan.branch)
    withdraw { $0.run == id && $0.isReading }
    if let timeout = run.plan.gates.timeout { emit([.wait(.gates, timeout)], for: id, &effects) }
    readGates(id, &effects)
  }

  /// The gates of a plan that reads nothing: what is reported to pawl is all there is.
  private mutating func openReportedGates(_ run: Run, _ effects: inout [Effect]) {
    passReportedGates(run, &effects)
    guard runs[run.id]?.stage == .gating, let timeout = run.plan.gates.timeout else { return }
    emit([.wait(.gates, timeout)], for: run.id, &effects)
  }

  /// After the fleet, before the channels: everything must hold at once, freshly read.
  mutating func confirmGates(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id] else { return }
    runs[id]?.stage = .confirming
    withdrawEffects(of: id)
    guard run.watch != nil else { return readBranch(run, &effects) }
    if let timeout = run.plan.gates.timeout { emit([.wait(.gates, timeout)], for: id, &effects) }
    readGates(id, &effects)
  }

  /// Reads again at once, if what is hinted could change the decision.
  mutating func hear(_ hint: Check?, of run: Run, _ effects: inout [Effect]) {
    guard var watch = run.watch else { return }
    let isWorthReading = watch.hear(hint, required: run.plan.gates.required)
    runs[run.id]?.watch = watch
    guard isWorthReading else { return }
    // What is being read may have been read before it happened.
    if isReading(run.id) { runs[run.id]?.isReadingOwed = true }
    readGates(run.id, &effects)
  }

  /// Begins a round of reading, unless one is under way.
  mutating func readGates(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id], run.isLive, var watch = run.watch, let phase = run.gatePhase,
      !isReading(id)
    else { return }
    withdraw(where: { $0.run == id && $0.isPauseBetweenReadings })
    let questions = watch.questions(phase, required: run.plan.gates.required)
    runs[id]?.watch = watch
    emit(questions.map(Action.examine), for: id, &effects)
    // With nothing to read there may still be something to wait for: a person, or the time.
    if questions.isEmpty, phase != .duringRollout { finishReading(id, &effects) }
  }

  func isReading(_ id: RunID) -> Bool {
    wanted.contains { $0.run == id && $0.isReading }
  }

  /// Takes in what was read; once the round is complete, goes on, ends, or waits for the next one.
  mutating func heed(
    _ answer: Answer, to question: Question, _ effect: Effect, _ effects: inout [Effect]
  ) {
    let id = effect.run
    guard var watch = runs[id]?.watch else { return }
    let more = watch.receive(answer, to: question, asked: effect.id, at: now)
    runs[id]?.watch = watch
    emit(more.map(Action.examine), for: id, &effects)
    guard !isReading(id) else { return }
    finishReading(id, &effects)
  }

  private mutating func finishReading(_ id: RunID, _ effects: inout [Effect]) {
    guard let phase = runs[id]?.gatePhase else { return }
    judgeGates(id, phase, &effects)
    goOnAfterSoak(id, &effects)
    guard let run = runs[id], let phase = run.gatePhase, var watch = run.watch, !isReading(id),
      !wanted.contains(where: { $0.run == id && $0.isPauseBetweenReadings })
    else { return }
    let pause = watch.finishRound(at: now)
    runs[id]?.watch = watch
    if run.isReadingOwed == true {
      runs[id]?.isReadingOwed = nil
      return readGates(id, &effects)
    }
    if phase != .duringRollout, let why = watch.hopeless {
      return conclude(
        id, .refused(.unknown), "the gates cannot be read, and waiting would not help: \(why)",
        &effects)
    }
    if phase == .beforeRollout, let sentence = closedTooLong(run) {
      return conclude(id, .stopped(.freeze), sentence, &effects)
    }
    emit([.wait(.reading, pause)], for: id, &effects)
  }

  /// Why waiting for a release window is no use within the time of the gates; nil when it is, or when
  /// something else is waited for as well.
  private func closedTooLong(_ run: Run) -> String? {
    guard let rules = run.plan.gates.rules, let timeout = run.plan.gates.timeout,
      case .waiting(let left) = GateDecision(gateVerdicts(of: run), in: .beforeRollout),
      left.allSatisfy({ $0.kind == .window })
    else { return nil }
    let opening = ReleaseCalendar.nextOpening(rules.windows, after: now)
    if let opening, opening.since(now) <= timeout { return nil }
    return sentence(of: left) + (left.first.map { ", \($0.next)" } ?? "")
  }

  /// Goes on, or ends, if the gates allow either: at once where nothing has to be read, else after reading
  /// anew.
  mutating func passGates(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id], run.stage == .gating else { return }
    if run.watch == nil { passReportedGates(run, &effects) } else { readGates(id, &effects) }
  }

  private mutating func passReportedGates(_ run: Run, _ effects: inout [Effect]) {
    let judgements = Gates.judge(run.plan.gates, on: run.commit, by: facts.statuses)
    switch Gates.decide(judgements) {
    case .waiting: return
    case .red(let red): conclude(run.id, .refused(.gateRed), sentence(of: red), &effects)
    case .open: readBranch(run, &effects)
    }
  }

  /// Judges what a complete round of reading has brought.
  private mutating func judgeGates(_ id: RunID, _ phase: GatePhase, _ effects: inout [Effect]) {
    // A revert goes on whatever the gates say: it is what their turning red would be for.
    guard let run = runs[id], run.rollout?.phase != .reverting else { return }
    let decision = GateDecision(gateVerdicts(of: run), in: phase)
    switch (phase, decision) {
    case (_, .waiting): return
    case (.beforeRollout, .closed(let conclusion, let red)):
      conclude(id, conclusion, sentence(of: red), &effects)
    case (.duringRollout, .closed(let conclusion, let red)),
      (.beforeChannels, .closed(let conclusion, let red)):
      stop(id, conclusion, sentence(of: red) + ", after the gates had opened", &effects)
    case (.duringRollout, .open): return
    case (.beforeRollout, .open), (.beforeChannels, .open): readBranch(run, &effects)
    }
  }

  /// The fleet begins to move.
  mutating func begin(_ run: Run, _ effects: inout [Effect]) {
    // The wait may have been long.
    if let objection = safety.objection(to: run.commit) {
      return conclude(run.id, .refused(.productionGuard), objection, &effects)
    }
    // The timeout of the gates is not wanted any more, nor what is still being read.
    withdrawEffects(of: run.id)
    roll(run.id, &effects)
    readGates(run.id, &effects)
  }

  /// A report about the commit that is being worked on: it may open its gates, and a check that turned red
  /// after they opened stops it (invariant I14). One that is merely run again does not.
  mutating func heed(_ status: CommitStatus, _ effects: inout [Effect]) {
    guard let run = activeRun(of: status.commit), !run.isOnTheWayBack else { return }
    switch run.stage {
    case .gating: passGates(run.id, &effects)
    case .rolling, .confirming, .promoting:
      let judgements = Gates.judge(run.plan.gates, on: run.commit, by: facts.statuses)
      guard case .red(let red) = Gates.decide(judgements) else { return }
      stop(run.id, .refused(.gateRed), sentence(of: red) + ", after the gates had opened", &effects)
    case .admitting, .placing, .queued, .pointing, .concluded: return
    }
  }

  /// The time of the gates is up. It bounds the reading of the branch as well (liveness L6).
  mutating func giveUpGates(_ run: Run, _ effects: inout [Effect]) {
    let left =
      run.branchCheck == nil
      ? gatesLeft(run)
      : "whether \(run.commit.short) is still on \(run.plan.branch) was not known yet"
    guard run.stage == .gating else {
      return conclude(
        run.id, .deferred, "every tenant is proven, and the gates did not hold in time: \(left)",
        &effects)
    }
    let strangers = run.watch?.strangers(in: gateVerdicts(of: run)) ?? []
    guard strangers.isEmpty else {
      return conclude(
        run.id, .refused(.gateRed),
        "pawl.yaml requires what \(run.commit.short) has not, though every check of it has ended: "
          + sentence(of: strangers)
          + "; correct gates.contexts.required, or let a workflow report it",
        &effects)
    }
    conclude(
      run.id, .deferred, "the required checks were not all green in time: \(left)", &effects)
  }

  private func sentence(of judgements: [Gates.Judgement]) -> String {
    judgements.map { "\($0.context) is \($0.verdict)" }.joined(separator: "; ")
  }

  func sentence(of verdicts: [GateVerdict]) -> String {
    verdicts.map(\.sentence).joined(separator: "; ")
  }

  func gatesLeft(_ run: Run) -> String {
    guard run.watch != nil, let phase = run.gatePhase else {
      return sentence(
        of: Gates.judge(run.plan.gates, on: run.commit, by: facts.statuses)
          .filter { !$0.verdict.isConfirmed })
    }
    guard case .waiting(let left) = GateDecision(gateVerdicts(of: run), in: phase) else {
      return ""
    }
    return sentence(of: left)
  }

  /// What every gate of a run says now; empty when its plan reads none.
  public func gateVerdicts(of run: Run) -> [GateVerdict] {
    guard let watch = run.watch else { return [] }
    var around = GateWatch.Surroundings(
      required: run.plan.gates.required, statuses: facts.statuses, approvals: facts.approvals,
      author: run.orderedBy, now: now)
    around.isOwedATurn =
      run.mayFinish || queue.supersededInARow >= run.plan.rollout.mustFinishAfter
    return watch.verdicts(around)
  }
}

// MARK: - The live kill switch

extension ControlState {
  /// Whether the live switch keeps an effect from being sent: it is on, cannot be read, or has not been
  /// read since the effect was decided on. A rollback is a person's order and is not held by it.
  func isHeldBySwitch(_ effect: Effect) -> Bool {
    guard let run = runs[effect.run], !run.isOnTheWayBack,
      run.plan.gates.rules?.killSwitch != nil
    else {
      return false
    }
    return run.watch?.lets(effect.id) != true
  }

  /// Reads the switch for effects that were just decided on.
  mutating func readSwitch(before id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id], run.isLive, !run.isOnTheWayBack,
      let rules = run.plan.gates.rules, rules.killSwitch != nil
    else { return }
    let watch = run.watch ?? GateWatch(rules, of: run.commit, on: run.plan.branch)
    runs[id]?.watch = watch
    emit(watch.switchQuestion.map(Action.examine), for: id, &effects)
  }

  /// A new process leads: what its predecessor read proves nothing about what it is about to send.
  mutating func rereadSwitches(_ effects: inout [Effect]) {
    for run in runs.values where run.isLive && run.watch?.variable != nil {
      runs[run.id]?.watch?.variable = nil
      readSwitch(before: run.id, &effects)
    }
  }
}

extension Run {
  /// What the gates are read for now; nil while they do not matter.
  var gatePhase: GatePhase? {
    guard watch != nil, !isOnTheWayBack else { return nil }
    return switch stage {
    case .gating: .beforeRollout
    case .rolling, .promoting: .duringRollout
    case .confirming: .beforeChannels
    // The channels that follow candidates move before any gate; only the switch holds them.
    case .pointing: .duringRollout
    case .admitting, .placing, .queued, .concluded: nil
    }
  }
}

extension Effect {
  var isReading: Bool {
    if case .examine = action { true } else { false }
  }

  var isTimeOfGates: Bool {
    if case .wait(.gates, _) = action { true } else { false }
  }

  var isPauseBetweenReadings: Bool {
    if case .wait(.reading, _) = action { true } else { false }
  }
}
