import Capabilities
import Control
import Decisions
import OrderedCollections
import Presentation
import Vocabulary

/// Lets the real decisions release a commit in a copy of the state, against the outside as it is, with
/// every change only pretended. What comes out is therefore what a deploy would do, not a second opinion.
struct DryRun {
  private let pretence: Pretence
  private let runner: EffectRunner
  private let actor: ActorName
  private let now: Timestamp
  private let examiner: any Examiner

  init(_ outside: Outside, actor: ActorName, now: Timestamp) {
    let pretence = Pretence(outside)
    self.pretence = pretence
    // Nothing is waited for: soaks and lock-delays are over at once.
    runner = EffectRunner(
      forge: pretence, registry: pretence, fleet: pretence, alarms: Alarms(clock: HastyClock()),
      jitter: { 0 })
    self.actor = actor
    self.now = now
    examiner = outside.examiner
  }

  /// - Parameter exceptions: from the rules, as they would be ordered with it.
  func report(
    _ commit: Commit, _ plan: ReleasePlan, _ extent: Command.Extent = .everything,
    exceptions: [Command] = [], in state: ControlState
  ) async -> PlanReport {
    var state = state
    for exception in exceptions { _ = state.receive(.command(exception, by: actor), at: now) }
    let joined = state.liveRun(of: commit, extent: extent)
    if let joined {
      // To see the whole way, what is left of the live run is thought away.
      _ = state.receive(.command(.abort(joined.id, "planned anew"), by: actor), at: now)
    }
    let (plan, gates) = await judged(plan, commit, state)
    let current = state.facts.releases.current
    var effects = state.receive(
      .command(.release(commit, plan, extent), by: actor), at: now)
    guard let id = state.runs.values.last(where: { $0.commit == commit })?.id else {
      preconditionFailure("an order to release makes a run or joins one")
    }
    while state.runs[id]?.isLive == true {
      let batch = effects.filter { $0.run == id && !$0.isWaitingForGates }
      effects = []
      if batch.isEmpty {
        let assumed = assumptions(state, id)
        guard !assumed.isEmpty else { break }
        for status in assumed {
          effects += state.receive(.command(.report(status), by: actor), at: now)
        }
        continue
      }
      let runner = runner
      let outcomes = await inParallel(batch) { effect in
        let token = FencingToken(generation: Generation(0), epoch: Epoch(0))
        return await runner.perform(effect, token: token) { true }
      }
      for (effect, outcome) in zip(batch, outcomes) {
        guard let outcome else { continue }
        effects += state.receive(.outcome(effect.id, outcome), at: now)
      }
    }
    return report(id, state, current: current, gates: gates, joined: joined)
  }

  /// The plan without the gates that are read, and what those say now: they are read once, and what comes
  /// after them is shown whatever they say.
  private func judged(
    _ plan: ReleasePlan, _ commit: Commit, _ state: ControlState
  ) async -> (ReleasePlan, [Gates.Judgement]) {
    guard plan.gates.rules != nil else {
      return (plan, Gates.judge(plan.gates, on: commit, by: state.facts.statuses))
    }
    var examination = GateExamination(plan, of: commit, in: state, by: actor, examiner: examiner)
    await examination.read(.beforeRollout, at: now)
    var open = plan
    open.gates = GatePlan(
      required: [], timeout: plan.gates.timeout, smoke: plan.gates.smoke)
    open.gates.production = plan.gates.production
    let judgements = examination.verdicts(at: now).filter { $0.kind != .informational }.map {
      Gates.Judgement(context: ContextName(normalized: $0.name), verdict: $0.verdict)
    }
    return (open, judgements)
  }

  /// The checks that are still missing, reported as green, so that what comes after them can be seen.
  private func assumptions(_ state: ControlState, _ id: RunID) -> [CommitStatus] {
    guard let run = state.runs[id], run.stage == .gating else { return [] }
    return Gates.judge(run.plan.gates, on: run.commit, by: state.facts.statuses)
      .filter { !$0.verdict.isConfirmed }.map {
        CommitStatus(commit: run.commit, context: $0.context, state: .success, address: nil)
      }
  }

  private func report(
    _ id: RunID, _ state: ControlState, current: Commit?, gates: [Gates.Judgement], joined: Run?
  ) -> PlanReport {
    guard let run = state.runs[id] else {
      preconditionFailure("a run that was just made is remembered")
    }
    let notes = pretence.notes
    return PlanReport(
      run: run, state: state, current: current, gates: gates, joined: joined,
      PlanReport.Seen(
        images: notes.images.map { (reference: $0.key, reading: $0.value) },
        observations: notes.observations.map { (tenant: $0.key, observation: $0.value) },
        redeploys: notes.redeploys, writes: notes.writes, copies: notes.copies))
  }
}

extension Effect {
  fileprivate var isWaitingForGates: Bool {
    if case .wait(.gates, _) = action { true } else { false }
  }
}

/// A clock on which no time passes and every wait is over at once.
private struct HastyClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration
    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  var now: Instant { Instant(offset: .zero) }
  var minimumResolution: Duration { .zero }
  func sleep(until deadline: Instant, tolerance: Duration?) async throws {}
}
