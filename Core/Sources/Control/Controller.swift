public import Capabilities
public import Decisions
public import Vocabulary

/// Owns the loop of one delivery in one process: submits orders, takes the lead when nobody has it,
/// performs the effects while it leads, and follows the journal while somebody else does.
///
/// The only actor that owns a loop. Its executor may block, because the journal does.
public actor Controller {
  /// What an onlooker is shown after every step.
  public struct Glance: Sendable {
    public let state: ControlState
    public let isLeading: Bool
    /// Who leads instead, when this process does not.
    public let otherLeader: String?
    /// Mutating effects that were sent and have not come back.
    public let mutationsInFlight: Int
    /// Anything else in flight except pauses.
    public let readsInFlight: Int
    /// Mutating effects the kill switch keeps from being sent.
    public let held: Int
  }

  /// How often the journal is looked at for what others wrote, and the lead for whether it is free, where
  /// looking costs next to nothing.
  public static let pollInterval = TimeSpan.milliseconds(100)
  /// After folding so many entries the one who takes the lead keeps a snapshot, so that the next need not.
  public static let snapshotEvery: UInt64 = 1_000

  private var loop: DecisionLoop
  private let journal: any Journal
  private let leadership: any Leadership
  private let runner: EffectRunner
  private let alarms: Alarms
  private let clock: any WallClock
  private let identity: ActorName
  private let executor: any SerialExecutor
  private let pollInterval: TimeSpan

  /// The epoch under which this process leads; nil while it follows.
  private var leading: Epoch?
  private var isLeading: Bool { leading != nil }
  private var isStopping = false
  /// Effects that may be sent as soon as their lane is free and nothing forbids it, and those in flight.
  private var outbox = Outbox()
  private var held = 0
  private var inbox: [Event] = []
  /// Why the journal could not be used any more; set once, and then nothing is sent again.
  private var failure: JournalFailure?
  private let wakes: AsyncStream<Void>
  private let wake: AsyncStream<Void>.Continuation

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// - Parameters:
  ///   - identity: who orders and leads, as the journal names them.
  ///   - executor: where the journal's blocking calls are made.
  ///   - pollInterval: how often others are looked for.
  public init(
    journal: any Journal, leadership: any Leadership, runner: EffectRunner, alarms: Alarms,
    clock: any WallClock, identity: ActorName, executor: any SerialExecutor,
    pollInterval: TimeSpan = Controller.pollInterval
  ) throws(JournalFailure) {
    loop = try DecisionLoop(journal: journal)
    self.journal = journal
    self.leadership = leadership
    self.runner = runner
    self.alarms = alarms
    self.clock = clock
    self.identity = identity
    self.executor = executor
    self.pollInterval = pollInterval
    (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  public var state: ControlState { loop.state }

  /// Puts an order into the journal. Anybody may; whoever leads acts on it.
  ///
  /// - Throws: when the journal fails. It cannot be known then what it stored, so ``run(watching:until:)``
  ///   ends with the same failure.
  public func order(_ command: Command) throws(JournalFailure) {
    defer { wake.yield() }
    do throws(JournalFailure) {
      let effects = try loop.submit([.command(command, by: identity)], at: clock.now())
      if isLeading { outbox.append(effects) }
    } catch {
      failure = error
      throw error
    }
  }

  /// Sends nothing more that changes anything; ``run(watching:until:)`` returns once what is in flight has
  /// come back.
  public func stop() {
    isStopping = true
    wake.yield()
  }

  /// Leads or follows until `isDone`, or until ``stop()``; then waits for the mutating effects in flight,
  /// gives the lead back and returns.
  ///
  /// - Throws: when the journal fails. Nothing more is sent then, and what was in flight is in doubt: the
  ///   next leader finds out.
  public func run(
    watching show: @Sendable (Glance) -> Void, until isDone: @Sendable (Glance) -> Bool
  ) async throws(JournalFailure) {
    wake.yield()
    let failure = await withDiscardingTaskGroup(returning: JournalFailure?.self) { group in
      group.addTask { await self.tick() }
      defer { group.cancelAll() }
      for await _ in wakes {
        do throws(JournalFailure) {
          try step(in: &group)
          let glance = glance()
          show(glance)
          if isDone(glance) { isStopping = true }
          if isStopping, glance.mutationsInFlight == 0, inbox.isEmpty { return nil }
        } catch {
          return error
        }
      }
      return nil
    }
    leading = nil
    leadership.release()
    if let failure { throw failure }
  }

  private func tick() async {
    while (try? await alarms.pause(for: pollInterval)) != nil { wake.yield() }
  }

  /// Takes in what came back and what others wrote, and sends what may be sent.
  private func step(in group: inout DiscardingTaskGroup) throws(JournalFailure) {
    if let failure { throw failure }
    try keepTheLead()
    try takeTheLead()
    let events = inbox
    inbox = []
    var effects =
      try events.isEmpty ? [] : loop.submit(events, at: clock.now(), under: leading)
    effects += try loop.refresh()
    if isLeading { outbox.append(effects) }
    try keepTheLead()
    guard isLeading else { return }
    try send(in: &group)
  }

  private func takeTheLead() throws(JournalFailure) {
    guard !isLeading, !isStopping else { return }
    if let missing = loop.missing.first { throw .notUnderstood(at: missing) }
    guard try leadership.acquire() else { return }
    _ = try loop.refresh()
    leading = try loop.lead(as: identity, at: clock.now())
    guard isLeading else { return }
    if loop.position.number - loop.beginning.number >= Self.snapshotEvery,
      let snapshot = loop.snapshot
    {
      journal.keep(snapshot)
    }
    // Everything still wanted, whoever decided on it: the effects of this event are among them.
    outbox.replaceUnsent(by: loop.state.wanted)
  }

  /// Stops leading when somebody else has led since, or the lead was lost. What was sent is in doubt then,
  /// and is the next leader's to find out.
  private func keepTheLead() throws(JournalFailure) {
    guard let epoch = leading else { return }
    if loop.state.epoch == epoch, try leadership.acquire() { return }
    leading = nil
    outbox.replaceUnsent(by: [])
    inbox = []
    held = 0
  }

  private func send(in group: inout DiscardingTaskGroup) throws(JournalFailure) {
    held = 0
    for lane in 0..<Lane.kindsCount {
      var kept: [Effect] = []
      while let effect = outbox.next(of: lane, keeping: &kept) {
        if isStopping && effect.action.isMutating {
          kept.append(effect)
          continue
        }
        if effect.action.isMutating {
          // The kill switch, newer candidates and newer leaders are read live, right before it is sent.
          try takeInOthers()
          guard isLeading else { return }
        }
        switch loop.state.permission(for: effect.id) {
        case .withdrawn: continue
        case .tooLate: inbox.append(.outcome(effect.id, .redeployed(.notSent)))
        case .hold:
          held += 1
          kept.append(effect)
        case .send(let token): launch(effect, token, in: &group)
        }
      }
      outbox.putBack(kept, to: lane)
    }
    if !inbox.isEmpty { wake.yield() }
  }

  private func takeInOthers() throws(JournalFailure) {
    let effects = try loop.refresh()
    outbox.append(effects)
    try keepTheLead()
    // Some may be for a lane that was looked at already.
    if !effects.isEmpty { wake.yield() }
  }

  private func launch(
    _ effect: Effect, _ token: FencingToken, in group: inout DiscardingTaskGroup
  ) {
    outbox.launch(effect)
    let (runner, epoch) = (runner, leading)
    group.addTask {
      let outcome = await runner.perform(effect, token: token) { await self.wants(effect.id) }
      await self.finish(effect.id, outcome, sentUnder: epoch)
    }
  }

  private func wants(_ id: EffectID) -> Bool { loop.state.isWanted(id) }

  /// An outcome of what was sent under an epoch that has passed is not taken: the leader of now has sent it
  /// again, or counts it as lost.
  private func finish(_ id: EffectID, _ outcome: Outcome?, sentUnder epoch: Epoch?) {
    outbox.finish(id)
    if let outcome, epoch == leading { inbox.append(.outcome(id, outcome)) }
    wake.yield()
  }

  private func glance() -> Glance {
    let inFlight = outbox.inFlight
    let mutations = inFlight.values.count { $0.isMutating }
    let pauses = inFlight.values.count { if case .wait = $0 { true } else { false } }
    return Glance(
      state: loop.state, isLeading: isLeading,
      otherLeader: isLeading ? nil : leadership.holder(), mutationsInFlight: mutations,
      readsInFlight: inFlight.count - mutations - pauses, held: held)
  }
}
