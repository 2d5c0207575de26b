import Control
import Decisions
import Vocabulary

// What happens to a request on its way, and to its answer.

extension World {
  /// A process has made up its mind to send something that changes anything.
  func notice(_ effect: Effect, _ token: FencingToken, from process: Int) throws(Violation) {
    tell(.orders, "process \(process) sends \(effect.action.words)")
    try check(.sent(effect, token))
    sendings.append(now)
    if state.runs[effect.run]?.promotion?.phase == .undoing { undone.append(effect.id) }
  }

  /// Sends an effect into the world.
  func dispatch(_ effect: Effect, _ token: FencingToken, from process: Int) {
    note(effect.id.number, token.epoch.number)
    let latency = random.number(in: 5...400)
    switch effect.action {
    case .wait(_, let span):
      happenings.plan(
        .answer(.rang, to: effect.id, process: process), at: now + span.milliseconds)
    case .settle(let tenant, let expected, let budget):
      let settle = Settle(tenant: tenant.slug, expected: expected, budget: budget)
      samples[effect.id] = []
      happenings.plan(
        .sample(effect, settle, since: now, process: process), at: now + latency)
    case .observe:
      happenings.plan(
        .arrive(effect, token, process: process, isAnswered: true), at: now + latency)
    case .inspect, .head, .compare, .census, .keep, .probe, .examine:
      if let why = failureToRead() {
        let failed = effect.action.answer(failing: why)
        happenings.plan(
          .answer(failed, to: effect.id, process: process),
          at: now + (why.cause == .timedOut ? Self.answerTimeout : latency))
      } else {
        happenings.plan(
          .arrive(effect, token, process: process, isAnswered: true), at: now + latency)
      }
    case .redeploy, .point, .copy, .bring, .remove:
      if case .point(let write) = effect.action, let answer = lastLook(write) {
        happenings.plan(
          .answer(.pointed(answer), to: effect.id, process: process), at: now + latency)
        return
      }
      disturb(effect, token, from: process, latency: latency)
    }
  }

  private func failureToRead() -> Unknown? {
    if strikes(.failedRead) { return Unknown(.timedOut, "simulated") }
    if strikes(.truncatedAnswer) { return Unknown(.malformed, "the answer was cut off") }
    return strikes(.rateLimit) ? Unknown(.rateLimited, "simulated") : nil
  }

  /// Lets a mutating request be lost, doubled or late.
  private func disturb(
    _ effect: Effect, _ token: FencingToken, from process: Int, latency: Int64
  ) {
    func arrival(at time: Int64, isAnswered: Bool) {
      if let target = effect.action.tagChanged {
        writesThatCanLand[target] = max(writesThatCanLand[target] ?? 0, time)
      }
      happenings.plan(.arrive(effect, token, process: process, isAnswered: isAnswered), at: time)
    }
    let lost = effect.action.answer(failing: Unknown(.timedOut, "simulated"))
    func timeout() {
      happenings.plan(
        .answer(lost, to: effect.id, process: process), at: now + Self.answerTimeout)
    }
    if strikes(.lostRequest) { return timeout() }
    if strikes(.lostAnswer) {
      arrival(at: now + latency, isAnswered: false)
      return timeout()
    }
    if strikes(.lateRequest) {
      let landing = now + random.number(in: Self.answerTimeout...latest(effect.action))
      arrival(at: landing, isAnswered: false)
      return timeout()
    }
    // A registry is never sent a write twice: an answer must speak of every request it stands for,
    // or "refused" would not mean that the tag is as it was.
    if case .redeploy = effect.action, strikes(.duplicate) {
      arrival(at: now + random.number(in: latency...300_000), isAnswered: false)
    }
    arrival(at: now + latency, isAnswered: true)
  }

  /// How long after it was sent a request can still land. For a registry that is what the
  /// lock-delay is chosen to outlast; a driver compares tokens and needs no bound.
  private func latest(_ action: Action) -> Int64 {
    if action.tagChanged != nil { return scenario.plan.channels[0].lockDelay.milliseconds - 1 }
    return 300_000
  }

  /// A request has reached the one it is for.
  func arrive(
    _ effect: Effect, _ token: FencingToken, from process: Int, isAnswered: Bool
  ) throws(Violation) {
    let outcome: Outcome
    switch effect.action {
    case .inspect(let reference): outcome = .inspected(inspect(reference))
    case .head:
      outcome = .head(
        isHeadReadable
          ? .found(scenario.history.commits[head]) : .unknown(Unknown(.serverError, "simulated")))
    case .compare(let base, let commit):
      outcome = .compared(scenario.history.ancestry(of: commit, from: base))
    case .census: outcome = .census(census())
    case .observe(let tenant): outcome = .observed(look(at: tenant.slug))
    case .redeploy(let order): outcome = .redeployed(try obey(order, token, effect))
    case .point(let write): outcome = .pointed(try point(write, effect))
    case .copy(let copy): outcome = .copied(bring(copy))
    case .keep(let reference): outcome = .kept(inspect(reference).map(\.kept))
    case .remove(let removal): outcome = .removed(remove(removal))
    case .bring(let copy): outcome = .brought(bringReferrers(copy))
    case .probe(let probe): outcome = .probed(self.probe(probe))
    case .examine(let question): outcome = .examined(answer(question, for: effect.id))
    case .settle, .wait: return
    }
    guard isAnswered else { return }
    happenings.plan(
      .answer(outcome, to: effect.id, process: process), at: now + random.number(in: 5...400))
  }

  /// Polls one tenant the way the runner does, with the real settle machine.
  func sample(_ effect: Effect, _ settle: Settle, since: Int64, for process: Int) {
    guard case .settle(let tenant, let expected, _) = effect.action, let poller = processes[process]
    else {
      return
    }
    if poller.stoppedUntil > now {
      return happenings.plan(
        .sample(effect, settle, since: since, process: process), at: poller.stoppedUntil)
    }
    var settle = settle
    let seen = look(at: tenant.slug)
    samples[effect.id, default: []].append(seen == .running(expected))
    let next = settle.receive(
      seen, elapsed: .milliseconds(now - since), jitter: random.next())
    switch next {
    case .concluded(let receipt):
      happenings.plan(.answer(.settled(receipt), to: effect.id, process: process), at: now)
    case .sampleAgain(let pause):
      guard poller.loop.state.isWanted(effect.id) else { return }
      happenings.plan(
        .sample(effect, settle, since: since, process: process), at: now + pause.milliseconds)
    }
  }
}

extension Action {
  /// The tag that it writes or removes.
  var tagChanged: ImageReference? {
    switch self {
    case .point(let write): write.target
    case .remove(let removal): removal.target
    case .inspect, .head, .compare, .census, .observe, .settle, .redeploy, .copy, .bring, .keep,
      .probe, .wait, .examine:
      nil
    }
  }

  /// What a sender learns when it learns nothing.
  fileprivate func answer(failing unknown: Unknown) -> Outcome {
    if WrongDesign.errorReadAsAbsent.isTried, let absent = answerAbsent { return absent }
    return switch self {
    case .inspect: .inspected(.unknown(unknown))
    case .head: .head(.unknown(unknown))
    case .compare: .compared(.unknown(unknown))
    case .census: .census(.unknown(unknown))
    case .observe: .observed(.unreachable(unknown))
    case .redeploy: .redeployed(.unknown(unknown))
    case .point: .pointed(.ambiguous(unknown))
    case .copy: .copied(.failed(unknown))
    case .keep: .kept(.unknown(unknown))
    case .remove: .removed(.left(unknown))
    case .bring: .brought(BroughtReferrers(brought: [], complaints: [unknown.description]))
    case .probe: .probed(.unanswered(unknown))
    case .examine(let question): .examined(question.unanswered(unknown))
    case .settle, .wait: .rang
    }
  }

  private var answerAbsent: Outcome? {
    switch self {
    case .inspect: .inspected(.absent)
    case .head: .head(.absent)
    case .compare: .compared(.absent)
    case .census: .census(.absent)
    case .keep: .kept(.absent)
    case .examine(.variable): .examined(.variable(.absent))
    case .observe, .redeploy, .point, .copy, .bring, .remove, .probe, .settle, .wait, .examine: nil
    }
  }
}
