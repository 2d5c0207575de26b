import Vocabulary

// One wave after the other: order, watch, soak, prove again; at last everybody.

extension Rollout {
  mutating func begin(
    waveAt index: Int, _ facts: Facts, at now: Timestamp
  ) -> Progress<Result> {
    waveIndex = index
    phase = .moving
    // Even one wave without a soak is asked again: a kill switch or a change of leader may have come
    // between its orders, and then what was proven first was proven long ago (I2).
    guard let wave else { return countAgain(facts, at: now) }
    guard freeze == nil || !mandate.mayMove else {
      phase = .paused
      return .waiting
    }
    holdBack(wave.tenants, at: now)
    if let sentence = sentenceOnCanaryWindow { return endFrozen(sentence) }
    guard mandate.mayMove else { return proveAgain(wave.tenants, as: .moving, facts, at: now) }
    let actions = wave.tenants.compactMap { order($0, at: now) }
    guard actions.isEmpty else { return .act(actions) }
    return wave.name == .canary
      ? endPinned("the whole canary was") : begin(waveAt: index + 1, facts, at: now)
  }

  /// Who joins while others are moved is not in the frozen scope, and the channels are about to move: that is
  /// said, and nobody is added to a release whose waves are over.
  private mutating func countAgain(_ facts: Facts, at now: Timestamp) -> Progress<Result> {
    guard plan.countsAgain == true, mandate.only == nil else {
      return proveAgain(tenants.keys, as: .proving, facts, at: now)
    }
    phase = .recounting
    return .act([.census])
  }

  /// A person pinned a tenant meanwhile: it is left where it is, unless it was told to move already.
  mutating func pin(_ slug: TenantSlug) {
    guard tenants[slug]?.status == .waiting else { return }
    tenants.update(slug) { $0.status = .pinned }
    waves = waves.map { wave in
      Wave(name: wave.name, tenants: wave.tenants.filter { $0 != slug })
    }
    // An empty canary stays, so that the rollout ends there instead of going on without one.
    waves.removeAll { $0.tenants.isEmpty && $0.name != .canary }
  }

  mutating func endFrozen(_ sentence: String) -> Progress<Result> {
    phase = .ended
    return .end(.failed(.stopped(.freeze), sentence))
  }

  private mutating func endPinned(_ whoWas: String) -> Progress<Result> {
    phase = .ended
    return .end(
      .failed(.refused(.productionGuard), "\(whoWas) pinned after the rollout had begun"))
  }

  mutating func order(_ slug: TenantSlug, at now: Timestamp) -> Action? {
    guard let progress = tenants[slug], progress.status == .waiting,
      let digest = candidate.digest(of: mandate.plan.tenantImage)
    else { return nil }
    guard progress.isOpen(at: now) else {
      // It runs the candidate already, or it would not be waiting: looking at it moves nothing.
      tenants.update(slug) { $0.status = .settling }
      return .settle(progress.tenant, expected: commit, plan.settle)
    }
    let isElsewhere = progress.baseCommit != commit
    tenants.update(slug) { progress in
      progress.status = .ordered
      progress.wasOrdered = isElsewhere
    }
    return .redeploy(
      Redeploy(
        tenant: progress.tenant, location: mandate.plan.tenantLocation, digest: digest,
        commit: commit, generation: mandate.generation,
        manner: progress.isWell && mandate.only == nil ? .keepIfRunning : .restart))
  }

  mutating func obeyed(
    _ order: Redeploy, _ result: RedeployResult, _ facts: Facts, at now: Timestamp,
    under epoch: Epoch
  ) -> Progress<Result> {
    let slug = order.tenant.slug
    guard let progress = tenants[slug], progress.isExpecting(order, in: mandate.generation) else {
      return .waiting
    }
    tenants.update(slug) { $0.doubt = result.doubt }
    switch result {
    case .restarted, .unknown:
      // An answer that was lost is settled by looking (liveness L5).
      hasMoved = true
      return watch(progress.tenant, until: order.commit, facts)
    case .alreadyThere:
      return watch(progress.tenant, until: order.commit, facts)
    case .fenced(let highest) where highest.generation == order.generation:
      // The same decision, sent by a later leader: its answer may never reach us, so look.
      return watch(progress.tenant, until: order.commit, facts)
    case .notSent:
      let isClosing = !isFailing
      tenants.update(slug) { progress in
        progress.status =
          isClosing ? .outsideWindow(opens: progress.nextOpening(after: now)) : .waiting
        progress.wasOrdered = false
      }
    case .fenced(let highest):
      phase = .ended
      let refused = FencingToken(generation: order.generation, epoch: epoch)
      return .end(
        .failed(
          .refused(.stalePlan),
          "token \(refused) was refused: \(slug) has obeyed a newer order (token \(highest)); "
            + "whoever gave it is in charge of the fleet"))
    case .failed(let why, let restored):
      hasMoved = true
      let consequence = restored ? "what it ran before runs again" : "nothing runs there now"
      tenants.update(slug) { $0.status = .failed("\(why); \(consequence)") }
    }
    return phase == .reverting ? reviewRevert() : review(facts, at: now)
  }

  mutating func watch(
    _ tenant: Tenant, until commit: Commit, _ facts: Facts
  ) -> Progress<Result> {
    if phase != .reverting { tenants.update(tenant.slug) { $0.status = .settling } }
    let budget = plan.settle.expecting(facts.placements.settleTime(of: tenant.slug))
    return .act([.settle(tenant, expected: commit, budget)])
  }

  mutating func settled(
    _ slug: TenantSlug, _ receipt: Receipt, _ facts: Facts, at now: Timestamp
  ) -> Progress<Result> {
    let candidate = commit
    return switch tenants.update(slug, { $0.take(receipt, of: candidate) }) {
    case .ofCandidate: review(facts, at: now)
    case .ofBase: reviewRevert()
    case nil, .notWanted: .waiting
    }
  }

  /// Looks at the wave, or at everybody, once nobody in it is in flight any more.
  mutating func review(_ facts: Facts, at now: Timestamp) -> Progress<Result> {
    // Before the last proof only tenants of the present wave can be in flight.
    guard tenants.counts.inFlight == 0 else { return .waiting }
    if isFollowUp, isBeyondTolerance { return endFollowed() }
    if let failure = verdictOnFailures() { return fail(failure, facts) }
    if let sentence = sentenceOnCanaryWindow { return endFrozen(sentence) }
    switch phase {
    case .moving where plan.soak > .zero && mandate.mayMove:
      return soak()
    case .moving, .reproving:
      return begin(waveAt: waveIndex + 1, facts, at: now)
    case .proving:
      return finish()
    case .counting, .surveying, .judging, .paused, .soaking, .recounting, .reverting, .ended:
      return .waiting
    }
  }

  /// Begins the wave that had to wait, unless it still has to.
  mutating func resume(_ facts: Facts, at now: Timestamp) -> Progress<Result> {
    phase == .paused ? begin(waveAt: waveIndex, facts, at: now) : .waiting
  }

  /// Asks again for the tenants among `slugs` that were proven before.
  mutating func proveAgain(
    _ slugs: [TenantSlug], as phase: Phase, _ facts: Facts, at now: Timestamp
  ) -> Progress<Result> {
    self.phase = phase
    let budget = phase == .reproving ? budgetOfProven : plan.settle
    var actions: [Action] = []
    for slug in slugs {
      guard let progress = tenants[slug],
        progress.status == .proven || (!mandate.mayMove && progress.status == .waiting)
      else { continue }
      tenants.update(slug) { progress in
        progress.status = .settling
        progress.isAskedInSoak = nil
      }
      actions.append(.settle(progress.tenant, expected: commit, budget))
    }
    return actions.isEmpty ? review(facts, at: now) : .act(actions)
  }

  mutating func finish() -> Progress<Result> {
    if isFollowUp { return endFollowed() }
    guard tenants.counts.proven > 0 || WrongDesign.emptyScopeIgnored.isTried else {
      if let sentence = sentenceOnWindows { return endFrozen("nobody was moved; " + sentence) }
      return endPinned("every tenant was")
    }
    phase = .ended
    return .end(.proven(moved: hasMoved, quarantined: failed))
  }
}

extension TenantProgress {
  fileprivate enum News {
    case ofCandidate, ofBase, notWanted
  }

  /// Takes in what it was seen to run, if that is being waited for.
  fileprivate mutating func take(_ receipt: Receipt, of candidate: Commit) -> News {
    switch status {
    case .reverting where receipt.expected == baseCommit:
      self.receipt = receipt
      status = receipt.isProof ? .reverted : .failed(complaint(receipt))
      return .ofBase
    case .settling where receipt.expected == candidate:
      self.receipt = receipt
      let isProven = receipt.isProof || WrongDesign.controlPlaneBelieved.isTried
      status = isProven ? .proven : .failed(complaint(receipt))
      if isProven { doubt = nil }
      return .ofCandidate
    case .pinned, .waiting, .outsideWindow, .leftAlone, .ordered, .settling, .proven, .failed,
      .reverting, .reverted:
      return .notWanted
    }
  }
}
