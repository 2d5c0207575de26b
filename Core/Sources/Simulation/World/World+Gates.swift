import Decisions
import Vocabulary

// What is read for the gates of a run: checks, runs of workflows, the live kill switch, measurements.

extension World {
  /// - Parameter id: of the effect that asks.
  func answer(_ question: Question, for id: EffectID) -> Answer {
    switch question {
    case .checks(let commit, let patterns):
      return .checks(
        .found(CheckReport(of: checks(of: commit) + unreportedChecks(of: commit), asking: patterns))
      )
    case .runs(let file, _, let commit): return .runs(.found(report(on: file, commit)))
    case .changes(let base, let commit, let filter):
      return scenario.history.ancestry(of: commit, from: base).value == nil
        ? .changes(.absent) : .changes(.found(ChangeReport(of: [], filter)))
    case .variable:
      if !forge.isSwitchOn { forge.switchSeenOff.insert(id) }
      return .variable(forge.isSwitchOn ? .found("true") : .absent)
    case .metric: return .metric(measurement())
    case .newerBuild(let commit, _, _):
      return .newerBuild(.found(NewerBuild(head: commit, state: .latest)))
    }
  }

  /// Checks that a plan asks for by a pattern are only on the forge.
  private func unreportedChecks(of commit: Commit) -> [Check] {
    (scenario.plan.gates.rules?.contexts.required ?? []).compactMap { pattern in
      let name = pattern.text.split(separator: "*", omittingEmptySubsequences: false)
      let run = run(of: pattern.text, on: commit)
      guard run.madeAt <= now else { return nil }
      let state: Check.State =
        switch run.state(at: now) {
        case .success: .success
        case .running: .pending
        default: .failure
        }
      return Check(context: ContextName(normalized: name.joined(separator: "x")), state: state)
    }
  }

  /// A run is made when its commit is first asked about, or, as forges do, a while later.
  private func run(of name: String, on commit: Commit) -> SimulatedForge.Run {
    if let made = forge.run(of: name, on: commit) { return made }
    let isNeverMade = scenario.misfortunes.contains { misfortune in
      guard case .neverRuns(let file, let until) = misfortune else { return false }
      return file.text == name && now < until
    }
    let late = strikes(.lateRun) ? random.number(in: 10_000...600_000) : 0
    let run = SimulatedForge.Run(
      madeAt: isNeverMade ? .max : now + late,
      endsAt: isNeverMade ? .max : now + late + random.number(in: 0...180_000),
      end: strikes(.failedRun) ? random.pick([.failure, .cancelled, .neverStarted]) : .success)
    forge.make(run, of: name, on: commit)
    return run
  }

  private func report(on file: WorkflowFile, _ commit: Commit) -> WorkflowReport {
    let run = run(of: file.text, on: commit)
    let shown = WorkflowRun(
      id: 1, attempt: 1, event: "push", state: run.state(at: now), address: nil)
    // Another workflow has its run at once.
    return run.madeAt > now
      ? WorkflowReport(runs: [], runsOfCommit: 1) : WorkflowReport(runs: [shown], runsOfCommit: 2)
  }

  /// How many requests fail on what is being rolled out.
  private func measurement() -> Reading<Double> {
    if strikes(.lostMeasurement) { return .absent }
    guard let active = state.queue.active, let commit = state.runs[active]?.commit,
      let index = scenario.history.index(of: commit), scenario.characters[index] != .good
    else { return .found(0) }
    return .found(random.chance(500) ? 1 : 0)
  }

  /// Somebody sets the variable that stops releases, or clears it.
  func setSwitch(on isOn: Bool) {
    guard forge.isSwitchOn != isOn else { return }
    forge.isSwitchOn = isOn
    tell(.outside, "somebody \(isOn ? "sets" : "clears") the variable that stops releases")
  }

  /// Somebody who is not the forge says that a check of some commit ended well.
  func forgeHint() throws(Violation) {
    let commit = random.pick(scenario.history.commits)
    let hint = Check(context: "ci", state: .success)
    try start(
      Scenario.Order(at: now, command: .recheck(commit, hint: hint), stays: false), restartsLeft: 0)
  }
}
