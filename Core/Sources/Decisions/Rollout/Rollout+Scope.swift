import OrderedCollections
import Vocabulary

// Who is in the rollout, what they run, and whether the candidate goes forward for all of them.

extension Rollout {
  mutating func freeze(
    _ reading: Reading<Census>, _ facts: Facts, _ safety: Safety
  ) -> Progress<Result> {
    switch reading {
    case .unknown(let unknown):
      return .end(.failed(.refused(.unknown), "the list of tenants could not be read: \(unknown)"))
    case .absent:
      return .end(.failed(.halted(.emptyFleet), "the fleet does not exist"))
    case .found(let census):
      let part = census.part(mandate.part)
      leftOut = part.leftOut.isEmpty ? nil : part.leftOut
      if let objection = census.objection {
        return .end(.failed(.refused(.unknown), objection))
      }
      if let twin = census.twin {
        return .end(.failed(.refused(.unknown), "the list of tenants names \(twin) twice"))
      }
      let all = part.tenants
      let refusal =
        followersRefusal(census, facts) ?? scopeRefusal(all, facts, safety)
        ?? namedRefusal(all, safety)
      if let refusal { return .end(refusal) }
      let found = mandate.only.map { only in all.filter { only.contains($0.slug) } } ?? all
      do throws(Waves.Problem) {
        waves = try Waves.cut(found, by: plan) { safety.pins[$0] != nil }
      } catch {
        return .end(.failed(.refused(.productionGuard), error.sentence))
      }
      for tenant in found {
        tenants[tenant.slug] = TenantProgress(
          tenant: tenant, status: safety.pins[tenant.slug] == nil ? .waiting : .pinned,
          windows: mandate.heedsWindows == true ? tenant.windows : nil)
      }
      if isFollowUp, tenants.counts.unseen == 0 { return endFollowed() }
      phase = .surveying
      return .act(inScope.map { .observe($0.tenant) })
    }
  }

  func scopeRefusal(_ found: [Tenant], _ facts: Facts, _ safety: Safety) -> Result? {
    if found.isEmpty, WrongDesign.emptyScopeIgnored.isTried { return nil }
    if isFollowUp, found.isEmpty {
      return .failed(.halted(.emptyFleet), "no tenant follows any more")
    }
    if found.isEmpty {
      let others = Census.sentence(for: leftOut ?? []).map { "; \($0)" } ?? ""
      return .failed(
        .halted(.emptyFleet), "the fleet has no tenants; an empty fleet proves nothing" + others)
    }
    if !isFollowUp, found.allSatisfy({ safety.pins[$0.slug] != nil }) {
      return .failed(
        .halted(.emptyFleet), "every tenant is pinned; there is nobody to move or prove")
    }
    let lastCount = isFollowUp ? facts.following?.slugs.count : facts.scopeCount
    if let last = lastCount, found.count * 2 < last, !mandate.mayShrink {
      return .failed(
        .halted(.scopeChanged),
        sentence(onShrinkingTo: found.count, from: last)
          + "if that is right, say so with --allow-smaller-fleet")
    }
    return nil
  }

  /// Why those that were named cannot all be restarted: none is left out silently.
  private func namedRefusal(_ found: [Tenant], _ safety: Safety) -> Result? {
    guard let only = mandate.only else { return nil }
    if let stranger = only.first(where: { slug in !found.contains { $0.slug == slug } }) {
      return .failed(.refused(.productionGuard), "\(stranger) is not in the fleet")
    }
    if let pinned = only.first(where: { safety.pins[$0] != nil }) {
      return .failed(
        .refused(.productionGuard), "\(pinned) is pinned; lift it with pawl pin clear")
    }
    return nil
  }

  /// Everybody but the pinned.
  var inScope: some Sequence<TenantProgress> { tenants.lazy.filter { $0.status != .pinned } }

  mutating func survey(
    _ slug: TenantSlug, _ observation: Observation, _ facts: Facts, at now: Timestamp
  ) -> Progress<Result> {
    guard let progress = tenants[slug], progress.base == nil else { return .waiting }
    let placement = facts.placements[slug]
    let base = base(observation, placement)
    let isWell = observation == .running(commit)
    tenants.update(slug) { progress in
      progress.base = base
      progress.isWell = isWell
      progress.lastOrdered = placement?.commit
      if observation.commit == nil {
        progress.mayStillRun =
          (placement?.mayStillRun ?? []) + [observation.claimedCommit].compactMap(\.self)
      }
    }
    guard tenants.counts.unseen == 0 else { return .waiting }
    phase = .judging
    return judge(facts, at: now)
  }

  /// What a tenant runs; when it does not say, what pawl last told it to run.
  private func base(
    _ observation: Observation, _ placement: Placements.Placement?
  ) -> TenantProgress.Base {
    // Whoever may not be asked can never be proven, so nobody is moved for nothing.
    if case .unreachable(let why) = observation, why.cause == .disallowed { return .unknown(why) }
    if let commit = observation.commit ?? placement?.commit { return .commit(commit) }
    switch observation {
    case .notDeployed: return .nothing
    case .unreachable(let unknown): return .unknown(unknown)
    case .unconfirmed(let commit, let why):
      let said = "it says that it serves \(commit.short), which could not be confirmed"
      return .unknown(Unknown(why.cause, "\(said): \(why.detail)"))
    case .unidentified(let what), .contradicted(let what):
      return .unknown(Unknown(.malformed, what))
    case .running(let commit), .unhealthy(let commit): return .commit(commit)
    }
  }

  /// Decides whether the candidate goes forward for every tenant, before the first one is touched (I1b).
  mutating func judge(_ facts: Facts, at now: Timestamp) -> Progress<Result> {
    if isFollowUp { return judgeEach(facts, at: now) }
    if let mute = mute() { return .end(mute) }
    let bases = OrderedSet(inScope.flatMap(\.commitsToPass)).filter { $0 != commit }
    if !mandate.mayMove,
      let elsewhere = inScope.first(where: { $0.baseCommit != commit && $0.isOpen(at: now) })
    {
      return .end(
        .failed(
          .refused(.productionGuard),
          "\(elsewhere.tenant.slug) does not run \(commit.short), and a promotion moves no tenant; "
            + "run pawl rollout first"))
    }
    guard !mandate.mayGoBackwards else { return begin(waveAt: 0, facts, at: now) }
    let unasked = bases.filter { facts.lineage.relation(of: commit, from: $0) == nil }
    guard unasked.isEmpty else {
      return .act(unasked.map { Lineage.question(commit, from: $0) })
    }
    for base in bases {
      if case .refused(let conclusion, let sentence) = facts.lineage.refusal(
        of: commit, over: base, whereThereIs: place(of: base))
      {
        return .end(.failed(conclusion, sentence))
      }
    }
    return begin(waveAt: 0, facts, at: now)
  }

  /// Who has, or may have, `base`, in words.
  private func place(of base: Commit) -> String {
    let slugs = inScope.filter { $0.commitsToPass.contains(base) }.map(\.tenant.slug.text)
    return "what \(slugs.joined(separator: ", ")) runs, may run or was last told to run"
  }

  /// The failure to know what some tenant runs at all.
  func mute() -> Result? {
    for progress in inScope {
      guard case .unknown(let why) = progress.base else { continue }
      if why.cause == .disallowed {
        let sentence = "\(progress.tenant.slug) may not be asked: \(why.detail)"
        return .failed(.refused(.unknown), sentence)
      }
      let sentence =
        "\(progress.tenant.slug) does not say what it runs (\(why)), and pawl never moved it; "
        + "bring it up, or leave it out with pawl pin set"
      let isSilent = why.cause == .unreachable || why.cause == .timedOut
      return .failed(isSilent ? .halted(.unreachable) : .refused(.unknown), sentence)
    }
    return nil
  }
}

extension TenantProgress {
  /// What the candidate must be ahead of.
  var commitsToPass: [Commit] { [baseCommit, lastOrdered].compactMap(\.self) + mayStillRun }
}
