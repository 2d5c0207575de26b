public import OrderedCollections
public import Vocabulary

/// All that is known and decided about one delivery: the fold over its journal.
///
/// A router: it finds the run an event concerns, passes it on, and turns what comes back into numbered
/// effects. Given the same events it is the same state, in every process (invariant I25).
public struct ControlState: Hashable, Sendable, Codable {
  /// How often a read that may pass is asked before the run is told that it failed.
  public static let readAttemptsMax = 4
  /// Runs beyond this many are forgotten, oldest first; the journal keeps them.
  public static let runsMax = 500
  /// Of older runs only the order and the conclusion are remembered.
  public static let detailedRunsMax = 20
  /// The form in which the state is kept in snapshots. Raised when a part of it changes its meaning, or is
  /// added and cannot be missing: a snapshot in another form is not used, and the entries are folded.
  public static let form = 1

  public private(set) var epoch = Epoch(0)
  public private(set) var leader: ActorName?
  /// The latest moment any event was stamped with; never runs backwards.
  public private(set) var now = Timestamp(milliseconds: 0)
  @Boxed public internal(set) var safety = Safety()
  @Boxed public internal(set) var facts = Facts()
  public internal(set) var queue = CandidateQueue()
  public internal(set) var runs = RunTable()
  /// Effects whose outcome is still wanted.
  private var outstanding = NumberedTree<Effect>()
  /// Channels whose last promotion ended without knowing what its writes came to, and the commit it moved to.
  @Boxed public internal(set) var openIntents: OrderedDictionary<ChannelName, Commit> = [:]
  /// When the first write of each was sent. Nil in states that were kept before that was known.
  var openIntentsSince: OrderedDictionary<ChannelName, Timestamp>?
  /// The tags that keep what each channel has left, oldest first.
  @Boxed public internal(set) var pins: OrderedDictionary<ChannelName, [ChannelPin]> = [:]
  /// What each channel that follows candidates was last moved to; nil in snapshots of before this was kept.
  var pointers: OrderedDictionary<ChannelName, Candidate>?

  private var lastEffect = EffectID(0)
  /// The newest effect that was decided on before the present leader took the lead: an earlier one may have
  /// sent it. Nil in snapshots of before this was kept.
  private var inherited: EffectID?
  private var lastRun = RunID(0)
  private var lastGeneration = Generation(0)

  public init() {}

  /// Takes in one event and says what is to be done because of it.
  ///
  /// The effects may be performed only once the event is in the journal together with them.
  public mutating func receive(_ event: Event, at time: Timestamp) -> [Effect] {
    now = max(now, time)
    var effects: [Effect] = []
    switch event {
    case .command(let command, let actor): obey(command, by: actor, &effects)
    case .outcome(let id, let outcome): take(outcome, of: id, &effects)
    case .led(let actor): follow(actor, &effects)
    }
    return effects
  }

  /// The newest generation that was given, or learnt from a driver.
  public var newestGeneration: Generation { lastGeneration }

  /// Whether the outcome of this effect is still waited for.
  public func isWanted(_ id: EffectID) -> Bool { outstanding[id.place] != nil }

  /// Everything whose outcome is still waited for, oldest first.
  public var wanted: [Effect] { outstanding.values }

  /// What a sender must know right before it sends an effect.
  public enum Permission: Hashable, Sendable {
    case send(FencingToken)
    /// The kill switch is on: keep it, and ask again when the state has changed.
    case hold
    /// The rollout has failed before it was sent, or the window of its tenant has closed: drop it, and report
    /// ``RedeployResult/notSent``.
    case tooLate
    /// Its run has ended or gone on without it: drop it.
    case withdrawn
  }

  /// Whether the effect may be sent now (I4, I5).
  public func permission(for id: EffectID) -> Permission {
    guard let effect = outstanding[id.place] else { return .withdrawn }
    if isTooLate(effect) { return .tooLate }
    if effect.action.isMutating, safety.kill != nil || isHeldBySwitch(effect) { return .hold }
    let generation =
      switch effect.action {
      case .redeploy(let order): order.generation
      case .inspect, .head, .compare, .census, .observe, .settle, .point, .copy, .bring, .keep,
        .remove, .probe, .wait, .examine:
        runs[effect.run]?.generation ?? Generation(0)
      }
    return .send(FencingToken(generation: generation, epoch: epoch))
  }

  /// Whether it would move one more tenant to a candidate that has failed already (I14), or one outside of
  /// its window (I26).
  private func isTooLate(_ effect: Effect) -> Bool {
    guard case .redeploy(let order) = effect.action, let run = runs[effect.run],
      order.generation == run.generation, let rollout = run.rollout
    else { return false }
    return rollout.isFailing || rollout.isOutsideWindow(order, at: now)
  }
}

// MARK: - Effects

extension ControlState {
  /// Numbers `actions` for `run`. A question that is already being asked is not asked twice.
  mutating func emit(
    _ actions: [Action], for run: RunID, attempt: Int = 1, _ effects: inout [Effect]
  ) {
    for action in actions {
      if case .compare = action, isAsked(action, by: run) { continue }
      if case .redeploy(let order) = action {
        let base = runs[run]?.rollout?.tenants[order.tenant.slug]?.baseCommit
        facts.placements.order(order, over: base)
      }
      lastEffect = lastEffect.next
      let effect = Effect(id: lastEffect, run: run, action: action, attempt: attempt)
      outstanding[effect.id.place] = effect
      effects.append(effect)
    }
    if actions.contains(where: \.isMutating) { readSwitch(before: run, &effects) }
  }

  private func isAsked(_ question: Action, by run: RunID) -> Bool {
    outstanding.contains { _, effect in
      guard effect.run == run else { return false }
      if case .wait(.retry(question, _), _) = effect.action { return true }
      return effect.action == question
    }
  }

  /// No outcome of this run is wanted any more.
  mutating func withdrawEffects(of run: RunID) {
    guard !WrongDesign.oneSupersededCheck.isTried else { return }
    withdraw { $0.run == run }
  }

  /// Effects that something else has taken the place of.
  mutating func withdraw(where isMeant: (Effect) -> Bool) {
    for (place, effect) in outstanding where isMeant(effect) { outstanding[place] = nil }
  }

  mutating func newRun() -> RunID {
    lastRun = lastRun.next
    return lastRun
  }

  /// Two generations, the second for a revert of the first.
  mutating func newGeneration() -> Generation {
    let generation = lastGeneration.next
    lastGeneration = generation.next
    return generation
  }
}

// MARK: - Outcomes and leadership

extension ControlState {
  /// Late, repeated and withdrawn outcomes change nothing; nor does one that answers something else, after
  /// which the right one is still waited for.
  private mutating func take(_ outcome: Outcome, of id: EffectID, _ effects: inout [Effect]) {
    guard let effect = outstanding[id.place], outcome.answers(effect.action) else { return }
    outstanding[id.place] = nil
    let outcome = mayHaveBeenSent(effect, outcome) ? .redeployed(.unknown(Self.lost)) : outcome
    if case .wait(.retry(let action, let attempt), _) = effect.action {
      emit([action], for: effect.run, attempt: attempt, &effects)
      return
    }
    if case .examine(let question) = effect.action, case .examined(let answer) = outcome {
      return heed(answer, to: question, effect, &effects)
    }
    if case .wait(.reading, _) = effect.action { return readGates(effect.run, &effects) }
    if effect.attempt < Self.readAttemptsMax, outcome.mayPass {
      let pause = TimeSpan.seconds(1 << (effect.attempt - 1))
      emit(
        [.wait(.retry(effect.action, attempt: effect.attempt + 1), pause)], for: effect.run,
        &effects)
      return
    }
    learn(outcome, of: effect)
    advance(effect.run, by: outcome, of: effect.action, &effects)
  }

  private static let lost = Unknown(.timedOut, "the process that sent it ended")

  /// Whether this leader did not send an order because the window has closed, and an earlier one may have.
  private func mayHaveBeenSent(_ effect: Effect, _ outcome: Outcome) -> Bool {
    guard case .redeployed(.notSent) = outcome, let inherited, effect.id <= inherited else {
      return false
    }
    return runs[effect.run]?.rollout?.isFailing == false
  }

  /// Keeps what holds whatever the run makes of it.
  private mutating func learn(_ outcome: Outcome, of effect: Effect) {
    switch (effect.action, outcome) {
    case (.compare(let base, let commit), .compared(let reading)):
      facts.lineage.learn(reading, of: commit, from: base)
    case (.settle(_, _, let budget), .settled(let receipt)):
      facts.placements.keep(receipt, of: budget)
    case (.remove(let removal), .removed):
      // One that is still there is forgotten too: the request may land later, and a pin that may vanish
      // must not be relied on.
      for channel in pins.keys { pins[channel]?.removeAll { $0.removal == removal } }
    case (.redeploy(let order), .redeployed(.failed(_, restored: true))),
      (.redeploy(let order), .redeployed(.notSent)):
      facts.placements.takeBack(order.tenant.slug)
    case (.redeploy(let order), .redeployed(.unknown(let why))):
      facts.placements.keep(why, of: order)
    case (.redeploy(let order), .redeployed(.restarted)),
      (.redeploy(let order), .redeployed(.alreadyThere)):
      facts.placements.keep(nil, of: order)
    case (.redeploy, .redeployed(.fenced(let highest))):
      // The driver remembers more than the journal, an older copy of which was restored: the next
      // decision has to come after all that were ever made
      // (docs/decisions/0050-restored-journals.md). After a number that none can follow, nothing could be
      // decided for anybody any more.
      if highest.generation.isFollowable {
        lastGeneration = max(lastGeneration, highest.generation)
      }
    default: break
    }
  }

  /// A new process leads. What is outstanding will be sent again under the new epoch, except writes and
  /// removals of tags, which may still land, and orders of a rollout that has failed or to tenants whose
  /// windows have closed: these count as sent with the answer lost.
  private mutating func follow(_ actor: ActorName, _ effects: inout [Effect]) {
    if !WrongDesign.epochReused.isTried { epoch = epoch.next }
    leader = actor
    inherited = lastEffect
    for run in runs.values where run.isIntentOpen { runs[run.id]?.isRepair = true }
    rereadSwitches(&effects)
    for effect in outstanding.values {
      let lost = Self.lost
      if case .point = effect.action { take(.pointed(.ambiguous(lost)), of: effect.id, &effects) }
      if case .remove = effect.action { take(.removed(.left(lost)), of: effect.id, &effects) }
      if isTooLate(effect) { take(.redeployed(.unknown(lost)), of: effect.id, &effects) }
    }
  }
}

extension EffectID {
  /// Effects are numbered in the order of the decisions. A number that no decision gave, as a damaged journal
  /// may name, has a place where nothing is.
  fileprivate var place: Int { Int(clamping: number) }
}

extension Outcome {
  /// Whether it is the kind of answer that `action` asks for.
  fileprivate func answers(_ action: Action) -> Bool {
    switch action {
    case .inspect: if case .inspected = self { true } else { false }
    case .head: if case .head = self { true } else { false }
    case .compare: if case .compared = self { true } else { false }
    case .census: if case .census = self { true } else { false }
    case .observe: if case .observed = self { true } else { false }
    case .settle: if case .settled = self { true } else { false }
    case .redeploy: if case .redeployed = self { true } else { false }
    case .point: if case .pointed = self { true } else { false }
    case .copy: if case .copied = self { true } else { false }
    case .keep: if case .kept = self { true } else { false }
    case .remove: if case .removed = self { true } else { false }
    case .bring: if case .brought = self { true } else { false }
    case .probe: if case .probed = self { true } else { false }
    case .wait: self == .rang
    case .examine(let question):
      if case .examined(let answer) = self { answer.answers(question) } else { false }
    }
  }

  /// Whether asking the same again may bring an answer.
  fileprivate var mayPass: Bool {
    switch self {
    case .inspected(.unknown(let unknown)), .head(.unknown(let unknown)),
      .compared(.unknown(let unknown)), .census(.unknown(let unknown)),
      .kept(.unknown(let unknown)), .copied(.failed(let unknown)),
      .probed(.unanswered(let unknown)):
      unknown.mayPass
    // A gate is read again in its own time.
    case .inspected, .head, .compared, .census, .observed, .settled, .redeployed, .pointed, .copied,
      .kept, .removed, .brought, .probed, .rang, .examined:
      false
    }
  }
}
