import OrderedCollections
import Vocabulary

// Waiting for the required checks of a run, and heeding them afterwards.

extension ControlState {
  mutating func openGates(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id] else { return }
    runs[id]?.stage = .gating
    passGates(id, &effects)
    guard runs[id]?.stage == .gating, let timeout = run.plan.gates.timeout else { return }
    emit([.wait(.gates, timeout)], for: id, &effects)
  }

  /// Goes on, or ends, if the checks allow either.
  private mutating func passGates(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id] else { return }
    let judgements = Gates.judge(run.plan.gates, on: run.commit, by: facts.statuses)
    switch Gates.decide(judgements) {
    case .waiting: return
    case .red(let red): conclude(id, .refused(.gateRed), sentence(of: red), &effects)
    case .open:
      // The wait may have been long; this is where the fleet begins to move.
      if let objection = safety.objection(to: run.commit) {
        return conclude(id, .refused(.productionGuard), objection, &effects)
      }
      // The timeout of the gates is not wanted any more.
      withdrawEffects(of: id)
      roll(id, &effects)
    }
  }

  /// A report about the commit that is being worked on: it may open its gates, and a check that turned red
  /// after they opened stops it (invariant I14). One that is merely run again does not.
  mutating func heed(_ status: CommitStatus, _ effects: inout [Effect]) {
    guard let run = activeRun(of: status.commit), !run.isRollback else { return }
    switch run.stage {
    case .gating: passGates(run.id, &effects)
    case .rolling, .promoting:
      let judgements = Gates.judge(run.plan.gates, on: run.commit, by: facts.statuses)
      guard case .red(let red) = Gates.decide(judgements) else { return }
      stop(run.id, .refused(.gateRed), sentence(of: red) + ", after the gates had opened", &effects)
    case .admitting, .placing, .queued, .pointing, .concluded: return
    }
  }

  private func sentence(of judgements: [Gates.Judgement]) -> String {
    judgements.map { "\($0.context) is \($0.verdict)" }.joined(separator: "; ")
  }

  func gatesLeft(_ run: Run) -> String {
    sentence(
      of: Gates.judge(run.plan.gates, on: run.commit, by: facts.statuses)
        .filter { !$0.verdict.isConfirmed })
  }
}
