import Vocabulary

// The branch is read again once the gates are open, before the fleet moves and before a channel does.

extension ControlState {
  /// The gates are open. Is the commit still on its branch?
  mutating func readBranch(_ run: Run, _ effects: inout [Effect]) {
    guard run.branchCheck == nil else { return }
    let check = BranchCheck(of: run.commit, on: run.plan.branch)
    runs[run.id]?.branchCheck = check
    emit(check.start().actions, for: run.id, &effects)
  }

  /// Takes in what was read of the branch, and goes on if the gates are open still.
  mutating func heedBranch(
    _ run: Run, _ outcome: Outcome, of action: Action, _ effects: inout [Effect]
  ) {
    guard var check = run.branchCheck else { return }
    let progress = check.receive(outcome, of: action, facts)
    runs[run.id]?.branchCheck = progress.result == nil ? check : nil
    emit(progress.actions, for: run.id, &effects)
    switch progress.result {
    case nil: return
    case .refused(let conclusion, let sentence) where run.stage == .gating:
      conclude(run.id, conclusion, sentence, &effects)
    case .refused(let conclusion, let sentence):
      stop(run.id, conclusion, "every tenant is proven, and \(sentence)", &effects)
    case .stands where areGatesOpen(run):
      if run.stage == .gating { return begin(run, &effects) }
      withdrawEffects(of: run.id)
      promote(run.id, &effects)
    // They have closed meanwhile, and are read again in their own time.
    case .stands: return
    }
  }

  private func areGatesOpen(_ run: Run) -> Bool {
    if let phase = run.gatePhase { return GateDecision(gateVerdicts(of: run), in: phase) == .open }
    guard run.stage == .gating else { return true }
    return Gates.decide(Gates.judge(run.plan.gates, on: run.commit, by: facts.statuses)) == .open
  }
}
