import OrderedCollections
public import Vocabulary

// The life of a run: ordered, admitted, placed, rolled out, promoted, concluded.

extension ControlState {
  mutating func obey(_ command: Command, by actor: ActorName, _ effects: inout [Effect]) {
    safety.receive(command, by: actor, at: now)
    switch command {
    case .release(let commit, let plan, let extent):
      release(commit, plan, extent, by: actor, &effects)
    case .rollback(let target, let plan, let reason):
      rollBack(to: target, plan, reason, by: actor, &effects)
    case .redeploy(let slugs, let plan, let reason):
      redeploy(slugs, plan, reason, by: actor, &effects)
    case .unquarantine(let slug, _):
      facts.placements.unquarantine(slug)
    case .abort(let id, let reason):
      stop(id, .stopped(.operator), "aborted by \(actor): \(reason)", &effects)
    case .report(let status):
      facts.statuses.keep(status)
      heed(status, &effects)
    case .approve(let approval):
      facts.approvals.keep(approval, by: actor, at: now)
      if let run = activeRun(of: approval.commit) { passGates(run.id, &effects) }
    case .recheck(let commit, let hint):
      if let run = activeRun(of: commit) { hear(hint, of: run, &effects) }
    case .taint(let commit, let reason):
      guard let run = activeRun(of: commit) else { return }
      stop(run.id, .refused(.productionGuard), "tainted by \(actor): \(reason)", &effects)
    case .pin(let slug, _):
      if let active = queue.active { runs[active]?.rollout?.pin(slug) }
    case .hold, .unhold:
      if let active = queue.active { thaw(active, &effects) }
    case .kill, .unkill, .unpin, .untaint, .override:
      break
    }
  }

  /// The run of `commit` that is being worked on and still goes forward; a revert is not disturbed.
  func activeRun(of commit: Commit) -> Run? {
    guard let run = queue.active.flatMap({ runs[$0] }), run.commit == commit,
      run.rollout?.phase != .reverting
    else { return nil }
    return run
  }

  /// Ends a run before its next effect. An open intent is closed first: half a channel is worse than a
  /// whole one that was not wanted any more.
  mutating func stop(
    _ id: RunID, _ conclusion: Conclusion, _ sentence: String, _ effects: inout [Effect]
  ) {
    guard let run = runs[id], run.isLive else { return }
    guard run.isIntentOpen else { return conclude(id, conclusion, sentence, &effects) }
    runs[id]?.ending = Run.Ending(conclusion: conclusion, sentence: sentence)
  }

  /// The live run that an order like this joins.
  public func liveRun(of commit: Commit, extent: Command.Extent) -> Run? {
    runs.values.last { $0.isLive && $0.commit == commit && $0.order == .release(extent) }
  }

  private mutating func release(
    _ commit: Commit, _ plan: ReleasePlan, _ extent: Command.Extent, by actor: ActorName,
    _ effects: inout [Effect]
  ) {
    guard liveRun(of: commit, extent: extent) == nil else { return }
    let id = newRun()
    let objection =
      safety.objection(to: commit) ?? (extent == .candidate ? nil : objection(to: plan, of: id))
    // A permission is for one move: an order that is refused anyway does not use it up.
    let backwards = objection == nil && safety.use(.backwards(commit), for: id, at: now)
    let smaller = objection == nil && safety.use(.smallerScope(commit), for: id, at: now)
    var run = Run(
      id: id, order: .release(extent), commit: commit, plan: plan, by: actor, at: now,
      mayGoBackwards: backwards, mayShrink: smaller)
    let admission = Admission(
      commit: commit, plan: plan, mayGoBackwards: backwards, current: facts.releases.current)
    run.admission = admission
    keep(run)
    if let objection { return conclude(id, .refused(.productionGuard), objection, &effects) }
    if WrongDesign.supersededByAnyCommit.isTried, let active = queue.active {
      supersede(active, by: run, &effects)
    }
    facts.lineage.forgetFailures()
    carryOut(admission.start(facts), of: id, &effects)
  }

  mutating func keep(_ run: Run) {
    runs[run.id] = run
    let concluded = runs.values.filter { !$0.isLive }
    for old in concluded.dropLast(Self.detailedRunsMax)
    where old.admission != nil || old.rollout != nil {
      runs[old.id]?.admission = nil
      runs[old.id]?.rollout = nil
      runs[old.id]?.promotion = nil
      runs[old.id]?.watch = nil
    }
    if runs.count > Self.runsMax, let oldest = concluded.first { runs[oldest.id] = nil }
  }

  /// Passes an outcome to whatever stage the run is in.
  mutating func advance(
    _ id: RunID, by outcome: Outcome, of action: Action, _ effects: inout [Effect]
  ) {
    guard let stage = runs[id]?.stage else { return }
    switch stage {
    case .admitting:
      // Taken out while it changes, so that nothing is copied of what nobody else holds.
      guard var admission = runs[id]?.admission.take() else { return }
      let progress = admission.receive(outcome, of: action, facts)
      runs[id]?.admission = admission
      carryOut(progress, of: id, &effects)
    case .placing:
      place(id, &effects)
    case .gating, .confirming:
      guard let run = runs[id] else { return }
      if case .wait(.gates, _) = action {
        giveUpGates(run, &effects)
      } else {
        heedBranch(run, outcome, of: action, &effects)
      }
    case .rolling:
      switch action {
      case .wait(.soak, _) where readAfterSoak(id, action, &effects): return
      case .wait(.gates, _): giveUpSoak(id, &effects)
      case .wait(.thaw, _): thaw(id, &effects)
      case .wait(.followers, _): giveUpFollowUp(id, &effects)
      default: advanceRollout(id, by: outcome, of: action, &effects)
      }
    case .pointing, .promoting:
      guard var promotion = runs[id]?.promotion.take() else { return }
      let progress = promotion.receive(outcome, of: action, facts, at: now)
      runs[id]?.promotion = promotion
      carryOut(progress, of: id, &effects)
    case .queued, .concluded:
      return
    }
  }
}

// MARK: - Admission and placing

extension ControlState {
  private mutating func carryOut(
    _ progress: Progress<Admission.Result>, of id: RunID, _ effects: inout [Effect]
  ) {
    emit(progress.actions, for: id, &effects)
    switch progress.result {
    case nil: return
    case .refused(let conclusion, let sentence): conclude(id, conclusion, sentence, &effects)
    case .candidate(let candidate):
      runs[id]?.candidate = candidate
      runs[id]?.stage = .placing
      place(id, &effects)
    }
  }

  private mutating func place(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id] else { return }
    if let objection = safety.objection(to: run.commit) {
      return conclude(id, .refused(.productionGuard), objection, &effects)
    }
    let place = CandidateQueue.place(
      run, active: queue.active.flatMap { runs[$0] }, next: queue.next.flatMap { runs[$0] },
      supersededInARow: queue.supersededInARow, facts.lineage)
    switch place {
    case .ask(let questions):
      emit(questions, for: id, &effects)
    case .nowhere(let conclusion, let sentence):
      conclude(id, conclusion, sentence, &effects)
    case .front:
      if let next = queue.next { supersede(next, by: run, &effects) }
      if let active = queue.active { supersede(active, by: run, &effects) }
      activate(id, &effects)
    case .behindActive(let right):
      if let next = queue.next { supersede(next, by: run, &effects) }
      queue.next = id
      runs[id]?.stage = .queued
      if let active = queue.active { grant(right, to: active, before: run, &effects) }
    }
  }

  private mutating func grant(
    _ right: CandidateQueue.Right, to id: RunID, before newer: Run, _ effects: inout [Effect]
  ) {
    switch right {
    case .unchanged: return
    case .finish: runs[id]?.mayFinish = true
    case .closeIntent: stop(id, .superseded, supersededSentence(by: newer), &effects)
    }
  }

  /// Ends a run in favour of a newer candidate, without letting anybody else move up.
  private mutating func supersede(_ id: RunID, by newer: Run, _ effects: inout [Effect]) {
    if queue.active == id {
      queue.active = nil
      if runs[id]?.isFollowUp != true { queue.supersededInARow += 1 }
    }
    if queue.next == id { queue.next = nil }
    conclude(id, .superseded, supersededSentence(by: newer), &effects)
  }

  private func supersededSentence(by newer: Run) -> String {
    "by \(newer.commit.short) (\(newer.id)), a newer candidate"
  }

  mutating func activate(_ id: RunID, _ effects: inout [Effect]) {
    queue.active = id
    let generation = newGeneration()
    runs[id]?.generation = generation
    guard let run = runs[id] else { return }
    if run.isRollback {
      facts.releases.withdraw(after: run.commit)
      return roll(id, &effects)
    }
    if run.tenantsNamed != nil || run.isFollowUp { return roll(id, &effects) }
    runs[id]?.stage = .pointing
    runs[id]?.channelsLeft = run.plan.channels.filter { $0.follows == .candidates }
    promoteNext(id, &effects)
  }
}

// MARK: - Rollout

extension ControlState {
  mutating func roll(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id], let candidate = run.candidate, let generation = run.generation else {
      return
    }
    let rollout = Rollout(
      Rollout.Mandate(
        candidate: candidate, plan: run.plan, generation: generation, only: run.tenantsNamed,
        mayMove: run.extent != .promotion,
        mayGoBackwards: run.isRollback || run.mayGoBackwards, mayShrink: run.mayShrink,
        revertsOnFailure: !run.isRollback && run.plan.rollout.onFailure == .revert,
        heedsWindows: run.isRelease || (run.isFollowUp && !run.isOnTheWayBack) ? true : nil,
        part: run.part))
    runs[id]?.stage = .rolling
    runs[id]?.rollout = rollout
    carryOut(rollout.start(), of: id, &effects)
  }

  mutating func carryOut(
    _ progress: Progress<Rollout.Result>, of id: RunID, _ effects: inout [Effect]
  ) {
    emit(progress.actions, for: id, &effects)
    switch progress.result {
    case nil: return
    case .followed:
      if let run = runs[id] { endFollowUp(run, nil, &effects) }
    case .failed(let conclusion, let sentence): conclude(id, conclusion, sentence, &effects)
    case .proven(let moved, let quarantined): proven(id, moved: moved, quarantined, &effects)
    }
  }

  private mutating func proven(
    _ id: RunID, moved: Bool, _ quarantined: [TenantSlug], _ effects: inout [Effect]
  ) {
    guard let run = runs[id], let candidate = run.candidate, let generation = run.generation else {
      return
    }
    if run.tenantsNamed != nil {
      // A part of the fleet proves no release, and says nothing of how large the fleet is.
      return conclude(id, .proven, provenSentence(run, quarantined), &effects)
    }
    keepScope(of: run)
    facts.releases.prove(candidate, generation: generation, at: now, by: run.orderedBy)
    for slug in quarantined { facts.placements.quarantine(slug) }
    runs[id]?.quarantined = quarantined
    runs[id]?.hasChangedAnything = run.hasChangedAnything || moved
    if run.extent == .rollout {
      let conclusion: Conclusion = quarantined.isEmpty ? (moved ? .proven : .noop) : .quarantined
      return conclude(id, conclusion, provenSentence(runs[id] ?? run, quarantined), &effects)
    }
    runs[id]?.channelsLeft = run.plan.channels.filter { $0.follows == .proven }
    if run.isRollback { promote(id, &effects) } else { confirmGates(id, &effects) }
  }

  private mutating func keepScope(of run: Run) {
    let slugs = run.rollout.map { Array($0.tenants.keys) } ?? []
    // Whoever follows from now on has not left: the sentence names them as that.
    let followers = OrderedSet(run.rollout?.followers ?? [])
    let change = facts.scope.flatMap { before in
      ScopeChange(from: before.filter { !followers.contains($0) }, to: slugs)
    }
    runs[run.id]?.scopeChange = change
    facts.scopeCount = slugs.count
    facts.scope = slugs
  }

  mutating func promote(_ id: RunID, _ effects: inout [Effect]) {
    runs[id]?.stage = .promoting
    promoteNext(id, &effects)
  }
}

// MARK: - Promotion and the end

extension ControlState {
  /// Starts the next channel of this stage, or goes on to the next stage.
  private mutating func promoteNext(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id], let candidate = run.candidate else { return }
    guard let channel = run.channelsLeft.first else {
      switch (run.stage, run.extent) {
      case (.pointing, .candidate):
        return conclude(id, .admitted, "\(run.commit.short) is a candidate", &effects)
      case (.pointing, _): return openGates(id, &effects)
      default: return succeed(id, &effects)
      }
    }
    let earlier = openIntents[channel.name]
    if earlier == run.commit { runs[id]?.isRepair = true }
    let promotion = Promotion(
      channel: channel, candidate: candidate,
      mayGoBackwards: run.isRollback || run.mayGoBackwards, leftOpenBy: earlier,
      since: openIntentsSince?[channel.name],
      generation: run.generation ?? Generation(0), pinned: pins[channel.name] ?? [])
    runs[id]?.channelsLeft.removeFirst()
    runs[id]?.promotion = promotion
    carryOut(promotion.start(), of: id, &effects)
  }

  private mutating func carryOut(
    _ progress: Progress<Promotion.Result>, of id: RunID, _ effects: inout [Effect]
  ) {
    emit(progress.actions, for: id, &effects)
    guard let run = runs[id], let promotion = run.promotion else { return }
    keep(promotion.pinsMade, of: promotion.channel.name)
    // Only a channel that was seen whole is closed: a run that failed before it wrote anything, or undid
    // what it wrote, leaves what an earlier one left.
    let open = promotion.isIntentOpen ? run.commit : promotion.earlierIntent
    if progress.result != nil { runs[id]?.referrers += promotion.referrers }
    switch progress.result {
    case nil: setIntent(of: promotion, to: open)
    case .failed(let conclusion, let sentence):
      setIntent(of: promotion, to: open)
      conclude(id, conclusion, sentence, &effects)
    case .moved(let changed):
      setIntent(of: promotion, to: nil)
      if promotion.channel.follows == .candidates {
        pointers = pointers ?? [:]
        pointers?[promotion.channel.name] = promotion.candidate
      }
      runs[id]?.hasChangedAnything = run.hasChangedAnything || changed
      if let skew = promotion.skew { runs[id]?.skew = max(run.skew ?? .zero, skew) }
      if let ending = run.ending, !run.isComplete {
        return conclude(id, ending.conclusion, ending.sentence, &effects)
      }
      promoteNext(id, &effects)
    }
  }

  private mutating func succeed(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id] else { return }
    facts.releases.promote(run.commit)
    oweFollowers(run)
    let sentence = provenSentence(run, run.quarantined)
    if run.isRollback { return conclude(id, .rolledBack, sentence, &effects) }
    let conclusion: Conclusion =
      if !run.quarantined.isEmpty { .quarantined } else if run.isRepair { .repaired } else {
        run.hasChangedAnything ? .promoted : .noop
      }
    conclude(id, conclusion, sentence, &effects)
  }

  /// Ends a run: nothing of it is wanted any more, and whoever is next moves up.
  mutating func conclude(
    _ id: RunID, _ conclusion: Conclusion, _ sentence: String, _ effects: inout [Effect]
  ) {
    guard let ended = runs[id], ended.isLive else { return }
    runs[id]?.stage = .concluded(conclusion, sentence)
    settleDebt(after: ended, conclusion)
    withdrawEffects(of: id)
    if queue.next == id { queue.next = nil }
    guard queue.active == id else { return }
    queue.active = nil
    if ended.isRollback { holdReleases(after: ended) }
    if !ended.isFollowUp { countTurn(conclusion) }
    guard let next = queue.next, let run = runs[next] else { return followUpIfOwed(&effects) }
    queue.next = nil
    if let objection = run.isRollback ? nil : safety.objection(to: run.commit) {
      conclude(next, .refused(.productionGuard), objection, &effects)
      return followUpIfOwed(&effects)
    }
    activate(next, &effects)
  }

  private mutating func countTurn(_ conclusion: Conclusion) {
    if conclusion == .superseded { queue.supersededInARow += 1 }
    if conclusion.endsStarvation { queue.supersededInARow = 0 }
  }
}
