import OrderedCollections
public import Vocabulary

// Followers are moved to what was promoted, in a run of their own
// (docs/decisions/0121-followers-are-moved-after-a-promotion.md).

extension ControlState {
  /// Followers that were not proven on what is promoted, by name; without those that a person pinned.
  public var followersBehind: [TenantSlug] {
    guard let following = facts.following else { return [] }
    return following.slugs.filter { slug in
      safety.pins[slug] == nil && !facts.placements.isProven(slug, on: following.commit)
    }
  }

  /// The newest run that moves, or moved, the followers of what `id` promoted.
  public func followUp(of id: RunID) -> Run? {
    runs.values.last { run in
      if case .followUp(of: id, _) = run.order { true } else { false }
    }
  }

  /// The newest run that moves, or moved, followers and was ordered after `id`: of what that promoted, or of
  /// what had given way to it. Whoever leads for `id` has to lead for this, too.
  public func followUp(after id: RunID) -> Run? {
    runs.values.last { $0.isFollowUp && $0.id > id }
  }

  /// Remembers what the followers are owed by what `run` has just promoted.
  mutating func oweFollowers(_ run: Run) {
    guard let followers = run.plan.rollout.followers else {
      facts.following = nil
      return
    }
    let slugs = run.rollout?.followers ?? []
    // Nobody is left to owe it to. Who followed last is remembered, as whoever has left.
    guard !slugs.isEmpty else {
      facts.following?.isOwed = false
      return
    }
    facts.following = Following(
      run: run.id, commit: run.commit, promotedAt: now, within: followers.within, slugs: slugs)
  }

  /// Begins to move the followers, if that is still owed and nothing else is under way.
  ///
  /// What they are owed may have to wait: for a newer candidate, which may end without a promotion, for a
  /// person's redeploy. It is begun anew afterwards, until it has ended by itself.
  mutating func followUpIfOwed(_ effects: inout [Effect]) {
    guard queue.active == nil, let following = facts.following, following.isOwed,
      let origin = runs[following.run], let followers = origin.plan.rollout.followers,
      facts.releases.current == following.commit,
      facts.releases.release(of: following.commit)?.isWithdrawn == false,
      safety.taint(on: following.commit) == nil
    else { return }
    var run = Run(
      id: newRun(), order: .followUp(of: origin.id, isOfRollback: origin.isOnTheWayBack),
      commit: origin.commit, plan: origin.plan.moving(followers), by: origin.orderedBy, at: now,
      mayGoBackwards: origin.isRollback || origin.mayGoBackwards, mayShrink: origin.mayShrink)
    run.candidate = origin.candidate
    run.stage = .queued
    keep(run)
    facts.lineage.forgetFailures()
    activate(run.id, &effects)
    // Late already, they have the whole time once more.
    let left = following.deadline.since(now)
    emit([.wait(.followers, left > .zero ? left : following.within)], for: run.id, &effects)
  }

  /// The time of the followers is up.
  mutating func giveUpFollowUp(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id], let within = facts.following?.within else { return }
    endFollowUp(run, "not all within \(within) of the promotion", &effects)
  }

  /// Says what a follow-up has come to. Whoever failed waits for somebody to look at it.
  mutating func endFollowUp(_ run: Run, _ why: String?, _ effects: inout [Effect]) {
    let laggards = run.rollout?.laggards ?? []
    let failed = run.rollout?.failed ?? []
    for slug in failed { facts.placements.quarantine(slug) }
    runs[run.id]?.quarantined = failed
    runs[run.id]?.hasChangedAnything = run.rollout?.hasMoved == true
    guard !laggards.isEmpty || why != nil else {
      let conclusion: Conclusion = run.rollout?.hasMoved == true ? .proven : .noop
      return conclude(run.id, conclusion, provenSentence(run, []), &effects)
    }
    let named = laggards.prefix(ScopeChange.namedMax).map { "\($0.slug): \($0.why)" }
    let more = laggards.count - named.count
    let parts =
      [why, provenSentence(run, [])].compactMap(\.self) + named
      + (more > 0 ? ["and \(more) more"] : [])
    conclude(run.id, .lagging, parts.joined(separator: "; "), &effects)
  }

  /// Keeps who was counted, and that nothing more is owed to them, unless their run gave way to another.
  mutating func settleDebt(after run: Run, _ conclusion: Conclusion) {
    guard run.isFollowUp else { return }
    if conclusion != .superseded { facts.following?.isOwed = false }
    if let rollout = run.rollout, !rollout.tenants.isEmpty {
      facts.following?.slugs = Array(rollout.tenants.keys)
    }
  }
}

extension Run {
  /// Whether it moves, or moved, followers and they do not all run what was promoted: they failed, are late,
  /// or are not done. What gave way to something newer is that one's to carry on.
  public var leavesFollowersBehind: Bool {
    guard isFollowUp else { return false }
    return switch conclusion {
    case .proven, .noop, .superseded: false
    default: true
    }
  }

  /// The part of the fleet that it is about; nil when it is about everybody, or about those it names.
  var part: Rollout.Part? {
    guard tenantsNamed == nil, isFollowUp || !WrongDesign.followersGoAlong.isTried else {
      return nil
    }
    return plan.rollout.followers.map { isFollowUp ? .followers($0.label) : .others($0.label) }
  }
}

extension Rollout {
  /// Who was left out of it to be moved after the promotion.
  var followers: [TenantSlug] {
    (leftOut ?? []).compactMap { left in
      if case .follows = left.reason { left.slug } else { nil }
    }
  }
}

extension ReleasePlan {
  /// The plan by which followers are moved to what was released under this one. Nobody soaks: the release
  /// has, on everybody else. After a rollback all go at once, as the others did.
  fileprivate func moving(_ followers: RolloutPlan.Followers) -> ReleasePlan {
    var plan = self
    plan.rollout = RolloutPlan(
      canary: .none, soak: .zero, batch: followers.batch, stragglersMax: followers.stragglersMax,
      settle: rollout.settle, onFailure: .halt, mustFinishAfter: rollout.mustFinishAfter
    ).followed(by: followers)
    plan.rollout.countsAgain = rollout.countsAgain
    plan.rollout.heedsFreezes = rollout.heedsFreezes
    return plan
  }
}
