import Control
import Decisions
import OrderedCollections
import Vocabulary

// What happens to a request on its way, and what the outside makes of it.

extension World {
  /// Sends an effect into the world.
  func dispatch(_ effect: Effect, _ token: FencingToken, from process: Int) throws(Violation) {
    note(effect.id.number, token.epoch.number)
    if effect.action.isMutating {
      tell("process \(process) sends \(effect.action)")
      try check(.sent(effect, token))
      sendings.append(now)
      if state.runs[effect.run]?.promotion?.phase == .undoing { undone.append(effect.id) }
    }
    let latency = random.number(in: 5...400)
    switch effect.action {
    case .wait(_, let span):
      happenings.plan(
        .answer(.rang, to: effect.id, process: process), at: now + span.milliseconds)
    case .settle(let tenant, let expected, let budget):
      let settle = Settle(tenant: tenant.slug, expected: expected, budget: budget)
      happenings.plan(
        .sample(effect, settle, since: now, process: process), at: now + latency)
    case .inspect, .head, .compare, .census, .observe, .examine:
      if !isSample(effect.action), strikes(.failedRead, faults.failedRead) {
        let failed = effect.action.answer(failing: Unknown(.timedOut, "simulated"))
        happenings.plan(
          .answer(failed, to: effect.id, process: process), at: now + Self.answerTimeout)
      } else {
        happenings.plan(
          .arrive(effect, token, process: process, isAnswered: true), at: now + latency)
      }
    case .redeploy, .point:
      disturb(effect, token, from: process, latency: latency)
    }
  }

  private func isSample(_ action: Action) -> Bool {
    if case .observe = action { true } else { false }
  }

  /// Lets a mutating request be lost, doubled or late.
  private func disturb(
    _ effect: Effect, _ token: FencingToken, from process: Int, latency: Int64
  ) {
    func arrival(at time: Int64, isAnswered: Bool) {
      if case .point(let write) = effect.action {
        writesThatCanLand[write.target] = max(writesThatCanLand[write.target] ?? 0, time)
      }
      happenings.plan(.arrive(effect, token, process: process, isAnswered: isAnswered), at: time)
    }
    let lost = effect.action.answer(failing: Unknown(.timedOut, "simulated"))
    func timeout() {
      happenings.plan(
        .answer(lost, to: effect.id, process: process), at: now + Self.answerTimeout)
    }
    if strikes(.lostRequest, faults.lostRequest) { return timeout() }
    if strikes(.lostAnswer, faults.lostAnswer) {
      arrival(at: now + latency, isAnswered: false)
      return timeout()
    }
    if strikes(.lateRequest, faults.lateRequest) {
      let landing = now + random.number(in: Self.answerTimeout...latest(effect.action))
      arrival(at: landing, isAnswered: false)
      return timeout()
    }
    // A registry is never sent a write twice: an answer must speak of every request it stands for, or
    // "refused" would not mean that the tag is as it was.
    if case .redeploy = effect.action, strikes(.duplicate, faults.duplicate) {
      arrival(at: now + random.number(in: latency...300_000), isAnswered: false)
    }
    arrival(at: now + latency, isAnswered: true)
  }

  /// How long after it was sent a request can still land. For a registry that is what the lock-delay is
  /// chosen to outlast; a driver compares tokens and needs no bound.
  private func latest(_ action: Action) -> Int64 {
    if case .point = action { return scenario.plan.channels[0].lockDelay.milliseconds - 1 }
    return 300_000
  }

  /// A request has reached the one it is for.
  func arrive(
    _ effect: Effect, _ token: FencingToken, from process: Int, isAnswered: Bool
  ) throws(Violation) {
    let outcome: Outcome
    switch effect.action {
    case .inspect(let reference): outcome = .inspected(inspect(reference))
    case .head: outcome = .head(.found(scenario.history.commits[scenario.last]))
    case .compare(let base, let commit):
      outcome = .compared(scenario.history.ancestry(of: commit, from: base))
    case .census: outcome = .census(census())
    case .observe(let tenant): outcome = .observed(look(at: tenant.slug))
    case .redeploy(let order): outcome = .redeployed(try obey(order, token, effect))
    case .point(let write): outcome = .pointed(try point(write, effect))
    case .examine(let question): outcome = .examined(answer(question))
    case .settle, .wait: return
    }
    guard isAnswered else { return }
    happenings.plan(
      .answer(outcome, to: effect.id, process: process), at: now + random.number(in: 5...400))
  }

  /// Polls one tenant the way the runner does, with the real settle machine.
  func sample(_ effect: Effect, _ settle: Settle, since: Int64, for process: Int) {
    guard case .settle(let tenant, _, _) = effect.action, processes[process] != nil else { return }
    var settle = settle
    let next = settle.receive(
      look(at: tenant.slug), elapsed: .milliseconds(now - since), jitter: random.next())
    switch next {
    case .concluded(let receipt):
      happenings.plan(.answer(.settled(receipt), to: effect.id, process: process), at: now)
    case .sampleAgain(let pause):
      guard processes[process]?.loop.state.isWanted(effect.id) == true else { return }
      happenings.plan(
        .sample(effect, settle, since: since, process: process), at: now + pause.milliseconds)
    }
  }
}

// MARK: - Gates

extension World {
  /// A forge that shows the checks that were reported, and knows of no runs, variables or measurements.
  private func answer(_ question: Question) -> Answer {
    switch question {
    case .checks(let commit, let patterns):
      .checks(.found(CheckReport(of: checks(of: commit), asking: patterns)))
    case .runs: .runs(.found(WorkflowReport(runs: [], runsOfCommit: 0)))
    case .changes(let base, let commit, let filter):
      scenario.history.ancestry(of: commit, from: base).value == nil
        ? .changes(.absent) : .changes(.found(ChangeReport(of: [], filter)))
    case .variable: .variable(.absent)
    case .metric: .metric(.absent)
    }
  }
}

// MARK: - Registry

extension World {
  private func inspect(_ reference: ImageReference) -> Reading<ImageFacts> {
    let digest: Digest?
    switch reference.selector {
    case .digest(let wanted): digest = wanted
    case .tag(let tag):
      if let commit = tag.text.hasPrefix("staging-") ? build(tag) : nil {
        digest = Scenario.digest(
          commit, ImageName(normalized: String(reference.repository.text.dropFirst(5))))
      } else {
        digest = tags[reference]?.digest
      }
    }
    guard let digest, let commit = Scenario.commit(of: digest) else { return .absent }
    return .found(
      ImageFacts(
        digest: digest, revision: .value(scenario.history.commits[commit].text),
        source: .value("https://git.example/acme/platform")))
  }

  private func build(_ tag: TagName) -> Int? {
    guard let commit = try? Commit(parsing: String(tag.text.dropFirst(8))) else { return nil }
    return scenario.history.index(of: commit)
  }

  private func point(_ write: TagWrite, _ effect: Effect) throws(Violation) -> TagWriteResult {
    if deniedRepository == nil, strikes(.deniedRepository, faults.deniedRepository) {
      deniedRepository = write.location.repository
    }
    if deniedRepository == write.location.repository {
      return .refused(Unknown(.forbidden, "simulated"))
    }
    if strikes(.refusedWrite, faults.refusedWrite) {
      return .refused(Unknown(.rateLimited, "simulated"))
    }
    if strikes(.forgottenWrite, faults.forgottenWrite) { return .written }
    let before = tags[write.target]
    tags[write.target] = ShownTag(digest: write.digest, isForeign: false)
    if write.isChannel { compareMembers() }
    tell("\(write.target) shows \(write.digest.short)")
    if before?.digest != write.digest, let commit = Scenario.commit(of: write.digest) {
      movements.append(Movement(at: now, subject: .tag(write.target), commit: commit))
    }
    note(0x7A6, UInt64(bitPattern: Int64(Scenario.commit(of: write.digest) ?? -1)))
    if before?.digest != write.digest { try check(.tagMoved(write, from: before, by: effect)) }
    return .written
  }

  /// Somebody with push rights moves one tag to some commit.
  func foreignWrite() {
    guard strikes(.foreignWriter, faults.foreignWriter * 20) else { return }
    let image = random.pick(Scenario.images)
    let commit = random.index(below: scenario.history.count)
    tell("somebody moves latest of \(image) to commit \(commit)")
    tags[Scenario.location(image).at("latest" as TagName)] = ShownTag(
      digest: Scenario.digest(commit, image), isForeign: true)
    hasForeignWriter = true
    compareMembers()
  }
}

// MARK: - Fleet

extension World {
  private func census() -> Reading<[Tenant]> {
    let all = scenario.tenants
    guard strikes(.wrongCensus, faults.wrongCensus) else { return .found(all) }
    switch random.index(below: 4) {
    case 0: return .found([])
    case 1: return .found(Array(all.prefix(all.count / 2)))
    case 2: return .found(all + all)
    default: return .unknown(Unknown(.forbidden, "simulated"))
    }
  }

  func index(of slug: TenantSlug) -> Int? { tenants.firstIndex { $0.tenant.slug == slug } }

  func look(at slug: TenantSlug) -> Observation {
    guard let index = index(of: slug) else { return .notDeployed }
    if strikes(.silentSample, faults.silentSample) {
      return .unreachable(Unknown(.timedOut, "simulated"))
    }
    let seen = tenants[index].observation(at: now, scenario, drains: random.chance(500))
    if let running = tenants[index].running, seen == .running(scenario.history.commits[running]) {
      tenants[index].lastProvenAt = now
    }
    return seen
  }

  private func obey(
    _ order: Redeploy, _ token: FencingToken, _ effect: Effect
  ) throws(Violation) -> RedeployResult {
    guard let index = index(of: order.tenant.slug), let commit = Scenario.commit(of: order.digest)
    else { return .failed("no such tenant", restored: false) }
    if let answer = tenants[index].answerWithoutActing(to: order, token) {
      if answer == .alreadyThere {
        tenants[index].highest = max(token, tenants[index].highest ?? token)
      }
      return answer
    }
    if meets(.idleDriver(order.tenant.slug)) || strikes(.idleDriver, faults.idleDriver) {
      return .restarted
    }
    let before = tenants[index].running
    tenants[index].highest = token
    let isBad =
      scenario.characters[commit] == .diesAtStart || strikes(.failedStart, faults.failedStart)
    if isBad, before != nil {
      // The driver takes the old one back, and no order is obeyed by now.
      tenants[index].digest = nil
      return .failed("it exited with status 1", restored: true)
    }
    tenants[index].digest = order.digest
    tenants[index].previous = before
    tenants[index].running = commit
    tenants[index].lastProvenAt = nil
    let isSlow = strikes(.slowTenant, faults.slowTenant)
    tenants[index].settlesAt = now + random.number(in: 100...(isSlow ? 150_000 : 8_000))
    for case .drains(order.tenant.slug, let span) in scenario.misfortunes {
      tenants[index].settlesAt = now + span.milliseconds
    }
    let dies = scenario.characters[commit] == .diesLater || isBad
    tenants[index].diesAt = dies ? now + random.number(in: 5_000...90_000) : .max
    tell("\(order.tenant.slug) runs commit \(commit)")
    movements.append(Movement(at: now, subject: .tenant(order.tenant.slug), commit: commit))
    try check(
      .tenantMoved(order, from: before.map { scenario.history.commits[$0] }, by: effect, token))
    return .restarted
  }
}

extension Action {
  /// What a sender learns when it learns nothing.
  fileprivate func answer(failing unknown: Unknown) -> Outcome {
    switch self {
    case .inspect: .inspected(.unknown(unknown))
    case .head: .head(.unknown(unknown))
    case .compare: .compared(.unknown(unknown))
    case .census: .census(.unknown(unknown))
    case .observe: .observed(.unreachable(unknown))
    case .redeploy: .redeployed(.unknown(unknown))
    case .point: .pointed(.ambiguous(unknown))
    case .examine(let question): .examined(question.unanswered(unknown))
    case .settle, .wait: .rang
    }
  }
}
