import Vocabulary

// A soak and its end: what can stop the rollout is read before anybody else is moved.

extension ControlState {
  mutating func advanceRollout(
    _ id: RunID, by outcome: Outcome, of action: Action, _ effects: inout [Effect]
  ) {
    guard var rollout = runs[id]?.rollout.take() else { return }
    let wasSoaking = rollout.phase == .soaking
    if let run = runs[id] { rollout.freeze = freeze(of: run) }
    let progress = rollout.receive(
      outcome, of: action, facts, safety, at: now, under: epoch)
    runs[id]?.rollout = rollout
    if wasSoaking, rollout.phase != .soaking { leaveSoak(id) }
    carryOut(progress, of: id, &effects)
    if runs[id]?.rollout?.phase == .paused { awaitThaw(id, &effects) }
  }

  /// Nothing of a soak is wanted once it has ended, by its time or by a failure: no alarm, no answer to what
  /// was asked meanwhile, no measurement.
  private mutating func leaveSoak(_ id: RunID) {
    runs[id]?.soaked = nil
    withdraw { $0.run == id && ($0.isOfSoak || $0.isTimeOfGates) }
  }

  /// A soak is over. Nobody else is moved before everything that can stop the rollout was read once more:
  /// the readings in between come in their own time, and a soak may be shorter than the pause between two.
  /// False when the plan reads nothing.
  mutating func readAfterSoak(_ id: RunID, _ alarm: Action, _ effects: inout [Effect]) -> Bool {
    guard let run = runs[id], run.tenantsNamed == nil, run.gatePhase != nil, var watch = run.watch,
      !watch.questions(.duringRollout, required: run.plan.gates.required).isEmpty
    else { return false }
    runs[run.id]?.soaked = alarm
    withdraw { $0.run == run.id && $0.isReading }
    readGates(run.id, &effects)
    return true
  }

  /// Goes on with the next wave once a complete round was read after the soak. A measurement that is not
  /// there is waited for, as long as gates are.
  mutating func goOnAfterSoak(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id], run.stage == .rolling, let alarm = run.soaked, !isReading(id) else {
      return
    }
    let hasClock = wanted.contains { $0.run == id && $0.isTimeOfGates }
    guard unmeasured(run).isEmpty else {
      if !hasClock, let timeout = run.plan.gates.timeout {
        emit([.wait(.gates, timeout)], for: id, &effects)
      }
      return
    }
    runs[id]?.soaked = nil
    withdraw { $0.run == id && $0.isTimeOfGates }
    advanceRollout(id, by: .rang, of: alarm, &effects)
  }

  private func unmeasured(_ run: Run) -> [GateVerdict] {
    gateVerdicts(of: run).filter { $0.kind == .metric && !$0.verdict.isConfirmed }
  }

  /// Measurements stayed away for as long as gates are waited for.
  mutating func giveUpSoak(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id], run.soaked != nil else { return }
    stop(
      id, .refused(.unknown),
      "nobody else was moved, because after the soak \(sentence(of: unmeasured(run)))", &effects)
  }
}

extension Effect {
  fileprivate var isOfSoak: Bool {
    switch action {
    case .settle, .wait(.soak, _), .wait(.reproof, _): true
    case .redeploy, .point, .copy, .bring, .keep, .remove, .inspect, .head, .compare, .census,
      .observe, .probe, .wait, .examine:
      false
    }
  }
}
