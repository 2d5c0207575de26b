public import Capabilities
public import Control
public import Decisions
public import Fleets
public import ServiceLifecycle
import Synchronization
public import Vocabulary

/// Takes orders to move tenants, keeps each before it acts on it, and carries them out through a fleet.
///
/// It holds no fence of its own: the fleet's driver compares tokens per tenant, durably, and this only
/// brings the order there and the answer back.
public actor ControlPlane: Service {
  /// What it works with.
  public struct Parts: Sendable {
    public let fleet: any Fleet
    /// Moves and watches tenants of that fleet.
    public let runner: EffectRunner
    public let registry: any Registry
    /// What the journal says now.
    public let journal: @Sendable () async -> Result<ControlState, Unknown>
    /// The image that tenants run, and where they pull it from.
    public let image: ImageName
    public let location: ImageLocation
    public let channels: [ChannelName]
    /// How tenants are sampled; the budget is that of each order.
    public let settle: SettleBudget
    public let policy: OrderPolicy
    public let files: KeptFiles
    public let alarms: Alarms
    public let clock: any WallClock
    /// Prints a line for whoever runs this.
    public let say: @Sendable (String) -> Void

    public init(
      fleet: any Fleet, runner: EffectRunner, registry: any Registry,
      journal: @escaping @Sendable () async -> Result<ControlState, Unknown>, image: ImageName,
      location: ImageLocation, channels: [ChannelName], settle: SettleBudget, policy: OrderPolicy,
      files: KeptFiles, alarms: Alarms, clock: any WallClock,
      say: @escaping @Sendable (String) -> Void
    ) {
      self.fleet = fleet
      self.runner = runner
      self.registry = registry
      self.journal = journal
      self.image = image
      self.location = location
      self.channels = channels
      self.settle = settle
      self.policy = policy
      self.files = files
      self.alarms = alarms
      self.clock = clock
      self.say = say
    }
  }

  /// How many orders may be under way at once.
  static let runningMax = 32
  /// How many tenants of one batch are moved at once, whatever the order says.
  static let inFlightMax = 64

  nonisolated let parts: Parts
  private let store: RunStore
  private var records: [UInt64: RunRecord] = [:]
  /// What is not in a record because it need not outlive this process.
  private var rolls: [UInt64: (order: RedeployOrder, roll: Roll)] = [:]
  private var watchers: [UInt64: [AsyncStream<RunEvent>.Continuation]] = [:]
  private var numberGiven: UInt64 = 0
  private let queue: AsyncStream<UInt64>
  private nonisolated let admit: AsyncStream<UInt64>.Continuation
  private nonisolated let stopping = Mutex(false)

  /// - Throws: when what was kept cannot be read; nothing is served then.
  public init(_ parts: Parts) async throws(Unknown) {
    self.parts = parts
    store = RunStore(files: parts.files)
    (queue, admit) = AsyncStream.makeStream()
    for record in try await store.load() {
      records[record.number] = record
      numberGiven = max(numberGiven, record.number)
    }
  }

  /// Carries out orders until it is asked to stop; then every tenant that is being moved is finished, and
  /// nobody else is begun.
  public func run() async {
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in
        for await number in queue { group.addTask { await self.perform(number) } }
      }
    } onGracefulShutdown: {
      self.stopping.withLock { $0 = true }
      self.admit.finish()
    }
  }

  nonisolated var isStopping: Bool { stopping.withLock { $0 } }

  // MARK: - Taking an order

  /// An order with who gives it and what they call it.
  struct Given: Sendable {
    let order: RedeployOrder
    let bearer: AccessList.Bearer
    let key: String?
    let fingerprint: Digest
  }

  /// What became of an order that was given.
  enum Taken: Sendable {
    case dryRun(RunAnswer)
    /// It goes on under this number, or has ended.
    case run(UInt64)
  }

  /// Takes an order: checks all that can be checked before anything moves, and keeps it.
  func take(_ given: Given) async throws(Refusal) -> Taken {
    let order = given.order
    if let earlier = try earlier(given) {
      let isUnderWay = rolls[earlier.number] != nil
      // One that was under way when an earlier process ended is in doubt as well.
      guard !isUnderWay, earlier.state == .running || earlier.isInDoubt else {
        return .run(earlier.number)
      }
      return .run(try await begin(again: earlier, order))
    }
    let tenants = try await tenants(in: order.scope)
    let roll = try Roll(order, tenants)
    if order.isDryRun {
      return .dryRun(RunAnswer(dryRun: Self.rows(of: roll, tenants, .dryRun)))
    }
    guard rolls.count < Self.runningMax, !isStopping else {
      throw Refusal(503, "expected fewer than \(Self.runningMax) orders under way: ask again later")
    }
    let state = try await state()
    let target = try await target(given, state)
    // Everything that waits is behind: between here and the record nothing else is taken.
    if let earlier = try earlier(given) { return .run(earlier.number) }
    numberGiven += 1
    let record = RunRecord(
      number: numberGiven, by: given.bearer.name, at: parts.clock.now(), key: given.key,
      fingerprint: given.fingerprint, target: target, tenants: tenants)
    return .run(try await begin(record, order, roll))
  }

  /// The run of an order that was given before under the same key.
  private func earlier(_ given: Given) throws(Refusal) -> RunRecord? {
    guard let key = given.key,
      let record = records.values.first(where: { $0.key == key && $0.by == given.bearer.name })
    else { return nil }
    guard record.fingerprint == given.fingerprint else {
      throw Refusal(
        422,
        "the key '\(printable(key, charactersMax: 80))' was given to another order before: an "
          + "order that differs takes a key of its own")
    }
    return record
  }

  private func begin(
    again earlier: RunRecord, _ order: RedeployOrder
  ) async throws(Refusal) -> UInt64 {
    var record = earlier
    record.state = .running
    record.error = nil
    return try await begin(record, order, try Roll(order, record.tenants))
  }

  private func begin(
    _ record: RunRecord, _ order: RedeployOrder, _ roll: Roll
  ) async throws(Refusal) -> UInt64 {
    let before = records[record.number]
    records[record.number] = record
    rolls[record.number] = (order, roll)
    do throws(Unknown) {
      try await store.keep(record)
    } catch {
      records[record.number] = before
      abandon(record.number)
      throw Refusal(503, "the order could not be kept, so nothing was moved: \(error)")
    }
    guard !isStopping, case .enqueued = admit.yield(record.number) else {
      abandon(record.number)
      throw Refusal(503, "this control plane is stopping: ask again later")
    }
    parts.say(
      "run \(record.number): \(record.by) orders \(record.tenants.count) tenants to "
        + "\(record.target.commit.short) with token \(record.target.token)")
    return record.number
  }

  /// Nobody carries it out; whoever has given the same order meanwhile is told.
  private func abandon(_ number: UInt64) {
    rolls[number] = nil
    for watcher in watchers.removeValue(forKey: number) ?? [] { watcher.finish() }
  }

  private func tenants(in scope: RedeployOrder.Scope) async throws(Refusal) -> [Tenant] {
    let all: [Tenant]
    switch await parts.fleet.census() {
    case .found(let census):
      if let objection = census.objection { throw Refusal(503, "\(objection): nothing was moved") }
      all = census.tenants
    case .absent: all = []
    case .unknown(let unknown):
      throw Refusal(503, "the list of tenants could not be read, so nothing was moved: \(unknown)")
    }
    guard !all.isEmpty else { throw Refusal(503, "the fleet has no tenants: nothing was moved") }
    guard case .only(let slugs) = scope else { return all }
    var tenants: [Tenant] = []
    var missing: [String] = []
    for slug in slugs {
      if let tenant = all.first(where: { $0.slug == slug }) {
        tenants.append(tenant)
      } else {
        missing.append(slug.text)
      }
    }
    guard missing.isEmpty else {
      throw Refusal(
        404,
        "there is no tenant \(printable(missing.joined(separator: ", "), charactersMax: 300)): nothing "
          + "was moved")
    }
    return tenants
  }

  private func state() async throws(Refusal) -> ControlState {
    switch await parts.journal() {
    case .success(let state):
      if let kill = state.safety.kill {
        throw Refusal(409, "the kill switch is on: \(kill.sentence); nothing was moved")
      }
      return state
    case .failure(let unknown):
      throw Refusal(
        503, "the journal cannot be read, so nobody knows whether moving is forbidden: \(unknown)")
    }
  }

  private func target(_ given: Given, _ state: ControlState) async throws(Refusal) -> Target {
    let choice = TargetChoice(
      policy: parts.policy, state: state, image: parts.image, channels: parts.channels,
      generationGiven: records.values.map(\.target.token.generation).max() ?? Generation(0))
    let image: (Digest, Commit)
    switch given.order.version {
    case .newestProven: image = try choice.newest()
    case .tag(let tag):
      try choice.insistOnBuild(tag)
      image = try await resolved(parts.location.at(tag))
    case .image(let digest, let commit):
      image = (digest, commit)
      if !choice.knows(digest, of: commit) {
        try await insist(on: commit, at: parts.location.at(digest))
      }
    }
    return try choice.target(
      image.0, image.1, token: given.order.token, bearer: given.bearer)
  }

  /// What a reference shows now: a tag is read once, and from then on only the digest counts (invariant I7).
  private func resolved(_ reference: ImageReference) async throws(Refusal) -> (Digest, Commit) {
    switch await parts.registry.inspect(reference) {
    case .found(let facts):
      guard let commit = facts.commit else {
        throw Refusal(
          422,
          "\(reference) does not say in org.opencontainers.image.revision which commit it is of, so "
            + "nobody could tell whether a tenant runs it")
      }
      return (facts.digest, commit)
    case .absent: throw Refusal(422, "there is no \(reference): nothing was moved")
    case .unknown(let unknown):
      throw Refusal(503, "\(reference) could not be read, so nothing was moved: \(unknown)")
    }
  }

  private func insist(
    on commit: Commit, at reference: ImageReference
  ) async throws(Refusal) {
    let found = try await resolved(reference).1
    guard found == commit else {
      throw Refusal(
        422, "\(reference) is of \(found.short), and the order says that it is of \(commit.short)")
    }
  }

  static func rows(of roll: Roll, _ tenants: [Tenant], _ status: Row.Status) -> [Row] {
    let rows = roll.waves.flatMap { wave in wave.tenants.map { Row($0, wave.name, status) } }
    return tenants.compactMap { tenant in rows.first { $0.slug == tenant.slug } }
  }

  // MARK: - Showing runs

  /// Every run that is kept, newest first.
  func runs() -> [RunRecord] { records.values.sorted { $0.number > $1.number } }

  func run(_ number: UInt64) -> RunRecord? { records[number] }

  /// What happened in a run so far, and what happens until it ends.
  func watch(_ number: UInt64) -> AsyncStream<RunEvent> {
    let (stream, continuation) = AsyncStream<RunEvent>.makeStream()
    guard let record = records[number] else {
      continuation.finish()
      return stream
    }
    for row in record.rows { continuation.yield(.row(row)) }
    if rolls[number] == nil {
      continuation.yield(.ended(record))
      continuation.finish()
    } else {
      watchers[number, default: []].append(continuation)
    }
    return stream
  }

  // MARK: - Keeping what happens

  func underWay(_ number: UInt64) -> (record: RunRecord, order: RedeployOrder, roll: Roll)? {
    guard let record = records[number], let (order, roll) = rolls[number] else { return nil }
    return (record, order, roll)
  }

  /// Takes in a row. It is written down with the end of the run: after a crash the order itself is on record,
  /// and repeating it finds out what the rest came to.
  func note(_ row: Row, in number: UInt64) {
    records[number]?.take(row)
    for watcher in watchers[number] ?? [] { watcher.yield(.row(row)) }
    if let error = row.error { parts.say("run \(number): \(row.slug): \(error)") }
  }

  func end(_ number: UInt64, _ error: String?) async {
    if let (_, roll) = rolls[number] { records[number]?.sort(by: roll.waves) }
    records[number]?.state = .ended
    records[number]?.error = error
    await keep(number)
    rolls[number] = nil
    guard let record = records[number] else { return }
    parts.say("run \(number): \(error ?? "done")")
    for watcher in watchers.removeValue(forKey: number) ?? [] {
      watcher.yield(.ended(record))
      watcher.finish()
    }
    await forgetOldest()
  }

  /// What could not be kept is told all the same.
  private func keep(_ number: UInt64) async {
    guard let record = records[number] else { return }
    do throws(Unknown) {
      try await store.keep(record)
    } catch {
      parts.say("run \(number): could not be written down: \(error)")
    }
  }

  private func forgetOldest() async {
    let ended = records.values.filter { $0.state == .ended && rolls[$0.number] == nil }
      .map(\.number).sorted()
    for number in ended.prefix(max(0, records.count - RunStore.runsMax)) {
      records[number] = nil
      do throws(Unknown) {
        try await store.forget(number)
      } catch {
        parts.say("run \(number): could not be forgotten: \(error)")
      }
    }
  }
}
