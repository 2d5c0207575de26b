import Decisions
import Testing
import Vocabulary

/// A delivery under test: its state, everything it was told, and the world that answers it.
struct Delivery {
  /// One event as the journal would keep it.
  struct Step {
    let event: Event
    let at: Timestamp
    let effects: [Effect]
  }

  private(set) var state = ControlState()
  private(set) var steps: [Step] = []
  var world: World
  /// The moment the next event is stamped with; every event takes a second.
  var now = Timestamp(milliseconds: 1_000)

  init(_ world: World = World()) {
    self.world = world
    receive(.led(by: "leader"))
  }

  /// A delivery that has already promoted `digits`, one after the other.
  init(promoted digits: String, _ world: World = World()) {
    self.init(world)
    for digit in digits {
      deploy(digit)
      answerAll()
    }
  }

  @discardableResult
  mutating func receive(_ event: Event) -> [Effect] {
    let effects = state.receive(event, at: now)
    steps.append(Step(event: event, at: now, effects: effects))
    now = now.advanced(by: .seconds(1))
    return effects
  }

  @discardableResult
  mutating func order(_ command: Command, by actor: ActorName = "alice") -> [Effect] {
    receive(.command(command, by: actor))
  }

  /// Orders a release under the plan of the fixtures, and returns its run.
  @discardableResult
  mutating func deploy(
    _ digit: Character, _ extent: Command.Extent = .everything, _ plan: ReleasePlan? = nil
  ) -> RunID {
    order(.release(commit(digit), plan ?? DecisionsTests.plan(digit), extent))
    return state.runs.keys.last ?? RunID(0)
  }

  @discardableResult
  mutating func rollBack(to digit: Character? = nil, reason: Reason = "it burns") -> RunID {
    order(.rollback(to: digit.map(commit), plan(digit ?? "1"), reason))
    return state.runs.keys.last ?? RunID(0)
  }

  mutating func report(_ context: ContextName, _ state: CommitStatus.State, on digit: Character) {
    order(
      .report(CommitStatus(commit: commit(digit), context: context, state: state, address: nil)))
  }

  // MARK: Answering

  /// Answers one effect as the world would.
  mutating func answer(_ effect: Effect) {
    guard case .send = state.permission(for: effect.id),
      let outcome = world.perform(effect.action)
    else { return }
    receive(.outcome(effect.id, outcome))
  }

  /// Answers one effect with `outcome`.
  @discardableResult
  mutating func answer(_ effect: Effect, _ outcome: Outcome) -> [Effect] {
    receive(.outcome(effect.id, outcome))
  }

  /// Answers everything that may be sent, oldest first, until nothing is left that the world answers.
  mutating func answerAll(sourceLocation: SourceLocation = #_sourceLocation) {
    answerAll(until: { _ in false }, sourceLocation: sourceLocation)
  }

  /// The same, but stops before the first effect that `isStop` is true for.
  mutating func answerAll(
    until isStop: (Action) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for _ in 0..<10_000 {
      let count = steps.count
      for effect in state.wanted where state.isWanted(effect.id) {
        if isStop(effect.action) { return }
        answer(effect)
      }
      if steps.count == count { return }
    }
    Issue.record("the delivery never comes to rest", sourceLocation: sourceLocation)
  }

  /// Answers only what `isMeant` is true for, until there is no more of it.
  mutating func answer(where isMeant: (Action) -> Bool) {
    for _ in 0..<1_000 {
      guard let effect = state.wanted.first(where: { isMeant($0.action) }) else { return }
      let count = steps.count
      answer(effect)
      if steps.count == count { return }
    }
  }

  /// Answers until so many events have come in, orders included.
  mutating func answer(upToEvent count: Int) {
    while steps.count < count {
      let before = steps.count
      guard let effect = state.wanted.first(where: { isAnswered($0) }) else { return }
      answer(effect)
      if steps.count == before { return }
    }
  }

  /// Whether the effect may be sent, and the world answers it by itself.
  private func isAnswered(_ effect: Effect) -> Bool {
    guard case .send = state.permission(for: effect.id) else { return false }
    var world = world
    return world.perform(effect.action) != nil
  }

  /// Answers only what admission and placing ask.
  mutating func admit() {
    answer(where: { $0.isInspect || $0.isCompare || $0 == .head("main") })
  }

  // MARK: Looking

  func run(_ id: RunID) -> Run? { state.runs[id] }
  func conclusion(_ id: RunID) -> Conclusion? { state.runs[id]?.conclusion }

  /// The sentence a run ended with.
  func sentence(_ id: RunID) -> String? {
    if case .concluded(_, let sentence) = state.runs[id]?.stage { sentence } else { nil }
  }

  /// What is being waited for, in the order it was decided.
  var wanted: [Action] { state.wanted.map(\.action) }

  /// The tenants that have been told to move and have not answered.
  var ordered: [TenantSlug] {
    wanted.compactMap { if case .redeploy(let order) = $0 { order.tenant.slug } else { nil } }
  }

  /// The tags that are being written.
  var pointing: [ImageReference] {
    wanted.compactMap { if case .point(let write) = $0 { write.target } else { nil } }
  }

  func effect(where isMeant: (Action) -> Bool) throws -> Effect {
    try #require(state.wanted.first { isMeant($0.action) })
  }
}

extension Action {
  var isRedeploy: Bool { if case .redeploy = self { true } else { false } }
  var isSettle: Bool { if case .settle = self { true } else { false } }
  var isPoint: Bool { if case .point = self { true } else { false } }
  var isCompare: Bool { if case .compare = self { true } else { false } }
  var isInspect: Bool { if case .inspect = self { true } else { false } }
  var isObserve: Bool { if case .observe = self { true } else { false } }

  var isSoak: Bool { if case .wait(.soak, _) = self { true } else { false } }
  var isLookInSoak: Bool { if case .wait(.reproof, _) = self { true } else { false } }
  var isLockDelay: Bool { if case .wait(.lockDelay, _) = self { true } else { false } }

  /// Whether it points `tag` somewhere.
  func writes(_ tag: TagName) -> Bool {
    if case .point(let write) = self { write.tag == tag } else { false }
  }

  func observes(_ slug: TenantSlug) -> Bool {
    if case .observe(let tenant) = self { tenant.slug == slug } else { false }
  }

  func redeploys(_ slug: TenantSlug) -> Bool {
    if case .redeploy(let order) = self { order.tenant.slug == slug } else { false }
  }

  func settles(_ slug: TenantSlug) -> Bool {
    if case .settle(let tenant, _, _) = self { tenant.slug == slug } else { false }
  }
}
