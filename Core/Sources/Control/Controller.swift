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

  /// How often the journal is looked at for what others wrote, and the lead for whether it is free.
  public static let pollInterval = TimeSpan.milliseconds(100)

  private var loop: DecisionLoop
  private let journal: any Journal
  private let leadership: any Leadership
  private let runner: EffectRunner
  private let alarms: Alarms
  private let clock: any WallClock
  private let identity: ActorName
  private let executor: any SerialExecutor

  private var isLeading = false
  private var isStopping = false
  /// Effects that may be sent as soon as their lane is free and nothing forbids it, oldest first.
  private var unsent: [Effect] = []
  private var inFlight: [EffectID: Action] = [:]
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
  public init(
    journal: any Journal, leadership: any Leadership, runner: EffectRunner, alarms: Alarms,
    clock: any WallClock, identity: ActorName, executor: any SerialExecutor
  ) throws(JournalFailure) {
    loop = try DecisionLoop(journal: journal)
    self.journal = journal
    self.leadership = leadership
    self.runner = runner
    self.alarms = alarms
    self.clock = clock
    self.identity = identity
    self.executor = executor
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
      if isLeading { unsent += effects }
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
    isLeading = false
    leadership.release()
    if let failure { throw failure }
  }

  private func tick() async {
    while (try? await alarms.pause(for: Self.pollInterval)) != nil { wake.yield() }
  }

  /// Takes in what came back and what others wrote, and sends what may be sent.
  private func step(in group: inout DiscardingTaskGroup) throws(JournalFailure) {
    if let failure { throw failure }
    try takeTheLead()
    let events = inbox
    inbox = []
    var effects = try events.isEmpty ? [] : loop.submit(events, at: clock.now())
    effects += try loop.refresh()
    if isLeading { unsent += effects }
    guard isLeading else { return }
    try send(in: &group)
  }

  private func takeTheLead() throws(JournalFailure) {
    guard !isLeading, !isStopping else { return }
    if let missing = loop.missing.first { throw .notUnderstood(at: missing) }
    guard try leadership.acquire() else { return }
    isLeading = true
    _ = try loop.refresh()
    _ = try loop.submit([.led(by: identity)], at: clock.now())
    // Everything still wanted, whoever decided on it: the effects of this event are among them.
    unsent = loop.state.wanted
  }

  private func send(in group: inout DiscardingTaskGroup) throws(JournalFailure) {
    var kept: [Effect] = []
    held = 0
    while !unsent.isEmpty {
      let effect = unsent.removeFirst()
      if isStopping && effect.action.isMutating || !isLaneFree(for: effect.action) {
        kept.append(effect)
        continue
      }
      if effect.action.isMutating {
        // The kill switch and newer candidates are read live, right before the effect is sent.
        unsent += try loop.refresh()
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
    unsent = kept
    if !inbox.isEmpty { wake.yield() }
  }

  private func isLaneFree(for action: Action) -> Bool {
    if let target = Lane.target(action),
      inFlight.values.contains(where: { Lane.target($0) == target })
    {
      return false
    }
    let kind = Lane.kind(action)
    return inFlight.values.count { Lane.kind($0) == kind } < Lane.inFlightMax(action)
  }

  private func launch(
    _ effect: Effect, _ token: FencingToken, in group: inout DiscardingTaskGroup
  ) {
    inFlight[effect.id] = effect.action
    let runner = runner
    group.addTask {
      let outcome = await runner.perform(effect, token: token) { await self.wants(effect.id) }
      await self.finish(effect.id, outcome)
    }
  }

  private func wants(_ id: EffectID) -> Bool { loop.state.isWanted(id) }

  private func finish(_ id: EffectID, _ outcome: Outcome?) {
    inFlight[id] = nil
    if let outcome { inbox.append(.outcome(id, outcome)) }
    wake.yield()
  }

  private func glance() -> Glance {
    let mutations = inFlight.values.count { $0.isMutating }
    let pauses = inFlight.values.count { if case .wait = $0 { true } else { false } }
    return Glance(
      state: loop.state, isLeading: isLeading,
      otherLeader: isLeading ? nil : leadership.holder(), mutationsInFlight: mutations,
      readsInFlight: inFlight.count - mutations - pauses, held: held)
  }
}
