import OrderedCollections
import Vocabulary

extension GateWatch {
  /// The verdict on a workflow, by what became of its newest run on the commit.
  func verdict(on gate: WorkflowGate) -> GateVerdict {
    let name = gate.file.text
    guard let seen = runs[gate.file] else {
      return verdict(gate, .pending("not read yet"), next: "the forge's answer")
    }
    switch seen.reading {
    case .unknown(let why): return verdict(gate, .unknown(why), seen.at, next: "the next reading")
    case .absent:
      let why = Unknown(.unanswerable, "the repository does not know \(commit.short)")
      return verdict(gate, .unknown(why), seen.at, next: "the next reading")
    case .found(let report):
      let counting = report.runs.filter { gate.event == nil || $0.event == gate.event }
      guard let run = counting.first else { return absence(of: gate, report, seen.at) }
      let label = "run \(run.id)" + (run.attempt > 1 ? ", attempt \(run.attempt)" : "")
      let again = "start \(name) again on \(commit.short)"
      switch run.state {
      case .success: return verdict(gate, .confirmed, seen.at, label)
      case .running:
        return verdict(gate, .pending("still running"), seen.at, label, next: "the end of the run")
      case .failure: return verdict(gate, .refuted("failed"), seen.at, label, next: again)
      case .timedOut: return verdict(gate, .refuted("timed out"), seen.at, label, next: again)
      case .cancelled: return verdict(gate, .refuted("cancelled"), seen.at, label, next: again)
      case .skipped, .neutral:
        let passes = rules.contexts.skippedPasses
        return verdict(
          gate, passes ? .confirmed : .refuted(run.state.rawValue), seen.at, label,
          next: passes ? "" : again)
      case .actionRequired:
        return verdict(
          gate, .pending("waiting for a person"), seen.at, label, next: "their approval of the run")
      case .neverStarted:
        let why = Unknown(
          .unanswerable,
          "reported as failed without having started: the runners failed, not the commit")
        return verdict(gate, .unknown(why), seen.at, label, next: again)
      case .stale, .unrecognised:
        let why = Unknown(.unanswerable, "in a state that says nothing: \(run.state.rawValue)")
        return verdict(gate, .unknown(why), seen.at, label, next: again)
      }
    }
  }

  /// No run: not made yet, left out by its path filter, or missing.
  private func absence(
    of gate: WorkflowGate, _ report: WorkflowReport, _ at: Timestamp
  ) -> GateVerdict {
    if report.runsOfCommit == 0 {
      return verdict(
        gate, .pending("the forge has made no run for this commit yet"), at,
        next: "its first run")
    }
    guard absences[gate.file, default: 0] >= Self.absencesMin else {
      return verdict(
        gate, .pending("no run yet, while the forge has begun to make them"), at, next: "its run")
    }
    switch gate.whenAbsent {
    case .wait: return verdict(gate, .absent, at, "\(report.runsOfCommit) runs of other workflows")
    case .passIfPathFiltered: return filtered(gate, report, at)
    }
  }

  private func filtered(_ gate: WorkflowGate, _ report: WorkflowReport, _ at: Timestamp)
    -> GateVerdict
  {
    guard let base = report.lastGreen else {
      return verdict(
        gate, .absent, at,
        "it never ended well on \(branch), so nothing proves that it may be left out")
    }
    guard let seen = changes[gate.file], seen.base == base else {
      return verdict(
        gate, .pending("reading what changed since \(base.short)"), at, next: "the forge's answer")
    }
    switch seen.reading {
    case .unknown(let why): return verdict(gate, .unknown(why), at, next: "the next reading")
    case .absent:
      return verdict(
        gate, .absent, at, "the repository lost \(base.short), where it last ended well")
    case .found(let changes) where changes.matching.isEmpty:
      return verdict(
        gate, .confirmed, at,
        "left out by its path filter: none of \(changes.count) changed paths since \(base.short), where it "
          + "ended well, is one it is for")
    case .found(let changes):
      return verdict(
        gate, .absent, at,
        "and \(changes.matching[0]) changed since \(base.short): it should have run",
        next: "its run")
    }
  }

  private func verdict(
    _ gate: WorkflowGate, _ verdict: Verdict, _ at: Timestamp? = nil, _ what: String = "",
    next: String = ""
  ) -> GateVerdict {
    let evidence = [what, at.map { "read at \($0)" }].compactMap(\.self).filter { !$0.isEmpty }
    return GateVerdict(
      .workflow, gate.file.text, verdict, evidence: evidence.joined(separator: ", "), next: next,
      mayProceed: gate.whenPending == .proceed)
  }
}
