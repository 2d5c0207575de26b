public import Capabilities
public import Control
public import Decisions
public import Fleets
import OrderedCollections
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
    /// Says how commits stand to one another.
    public let forge: any Forge
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
      fleet: any Fleet, runner: EffectRunner, registry: any Registry, forge: any Forge,
      journal: @escaping @Sendable () async -> Result<ControlState, Unknown>, image: ImageName,
      location: ImageLocation, channels: [ChannelName], settle: SettleBudget, policy: OrderPolicy,
      files: KeptFiles, alarms: Alarms, clock: any WallClock,
      say: @escaping @Sendable (String) -> Void
    ) {
      self.fleet = fleet
      self.runner = runner
      self.registry = registry
      self.forge = forge
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
  private var rolls: [UInt64: UnderWay] = [:]
  /// What the repository has said; failures to answer are not kept.
  private var lineage = Lineage()
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
      guard !record.target.token.generation.isFollowable else { continue }
      parts.say(
        "run \(record.number) was ordered with token \(record.target.token), after which no other can "
          + "follow: it is left out of the count; a tenant that obeyed it refuses everything until what "
          + "its driver keeps of it is removed (docs/reference/control-plane.md, \"A token that keeps "
          + "everybody out\")")
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

  /// What is needed of an order while it is carried out.
  struct UnderWay: Sendable {
    let order: RedeployOrder
    let roll: Roll
    let bearer: AccessList.Bearer
  }

  /// Takes an order: checks all that can be checked before anything moves, and keeps it.
  func take(_ given: Given) async throws(Refusal) -> Taken {
    let order = given.order
    if let earlier = try earlier(given) { return .run(try await takeAgain(earlier, given)) }
    let tenants = try await tenants(in: order.scope)
    let journal = try await journal()
    if order.isDryRun {
      try await insistOnVersion(of: order, journal)
      return .dryRun(
        RunAnswer(dryRun: try Roll(order, tenants, in: journal.safety).dryRun(of: tenants)))
    }
    // A switch that is on is told before anything is asked about the order.
    try insistOnNoSwitch(journal)
    let (digest, commit) = try await image(of: order, journal)
    let slugs = tenants.map(\.slug)
    let state = try await judge(
      outside(digest, commit, order.token, slugs, told: told(slugs)), by: given.bearer)
    // Everything that waits is behind: between here and the record nothing else is taken.
    if let earlier = try earlier(given) { return .run(earlier.number) }
    try insistOnRoom()
    let target = try choice(state).target(
      digest, commit, token: order.token, bearer: given.bearer)
    let roll = try Roll(order, tenants, in: state.safety)
    numberGiven += 1
    let record = RunRecord(
      number: numberGiven, by: given.bearer.name, at: parts.clock.now(), key: given.key,
      fingerprint: given.fingerprint, target: target, tenants: tenants)
    let before = reserve(record, UnderWay(order: order, roll: roll, bearer: given.bearer))
    return .run(try await begin(record, insteadOf: before))
  }

  /// The same order once more: what came of it, or, where that is in doubt, all of it again, unless somebody
  /// forbids it by now.
  private func takeAgain(
    _ earlier: RunRecord, _ given: Given
  ) async throws(Refusal) -> UInt64 {
    guard isToBeRepeated(earlier) else { return earlier.number }
    let target = earlier.target
    let slugs = earlier.tenants.map(\.slug)
    let state = try await judge(
      outside(
        target.digest, target.commit, target.token, slugs,
        told: told(slugs, besides: earlier.number)), by: given.bearer)
    // Somebody else may have been faster.
    guard let earlier = records[earlier.number], isToBeRepeated(earlier) else {
      return earlier.number
    }
    try insistOnRoom()
    let roll = try Roll(given.order, earlier.tenants, in: state.safety)
    var record = earlier
    record.state = .running
    record.error = nil
    record.isForbidden = nil
    let before = reserve(record, UnderWay(order: given.order, roll: roll, bearer: given.bearer))
    return try await begin(record, insteadOf: before)
  }

  /// One that was under way when an earlier process ended is in doubt as well.
  private func isToBeRepeated(_ record: RunRecord) -> Bool {
    rolls[record.number] == nil && (record.state == .running || record.isInDoubt)
  }

  private func insistOnRoom() throws(Refusal) {
    guard rolls.count < Self.runningMax, !isStopping else {
      throw Refusal(503, "expected fewer than \(Self.runningMax) orders under way: ask again later")
    }
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

  /// Gives a record its number for good. Without a pause, so that no two orders get the same.
  private func reserve(_ record: RunRecord, _ underWay: UnderWay) -> RunRecord? {
    rolls[record.number] = underWay
    return records.updateValue(record, forKey: record.number)
  }

  private func begin(
    _ record: RunRecord, insteadOf before: RunRecord?
  ) async throws(Refusal) -> UInt64 {
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

  // MARK: - What was asked and answered

  /// The highest generation of an order taken here, of those that others can follow.
  var generationGiven: Generation {
    records.values.map(\.target.token.generation).filter(\.isFollowable).max() ?? Generation(0)
  }

  /// What was last ordered here of each of `slugs` and may run there.
  /// - Parameter number: a run that does not count.
  func told(
    _ slugs: [TenantSlug], besides number: UInt64? = nil
  ) -> OrderedDictionary<TenantSlug, OutsideOrder.Told> {
    var told: OrderedDictionary<TenantSlug, OutsideOrder.Told> = [:]
    let wanted = Set(slugs)
    for record in records.values.sorted(by: { $0.number < $1.number }) where record.number != number
    {
      let order = OutsideOrder.Told(record.target.commit, record.target.token.generation)
      // Rows are written down at the end: of one that is under way nobody knows whom it has moved.
      let slugs =
        record.state == .running
        ? record.tenants.map(\.slug) : record.rows.lazy.filter(\.mayHaveMoved).map(\.slug)
      for slug in slugs where wanted.contains(slug) { told[slug] = order }
    }
    return told
  }

  var lineageKnown: Lineage { lineage }

  func learn(_ reading: Reading<Ancestry>, of commit: Commit, from base: Commit) {
    guard reading.value != nil else { return }
    lineage.learn(reading, of: commit, from: base)
  }

  // MARK: - Keeping what happens

  func underWay(_ number: UInt64) -> (RunRecord, UnderWay)? {
    guard let record = records[number], let underWay = rolls[number] else { return nil }
    return (record, underWay)
  }

  /// Takes in a row. It is written down with the end of the run: after a crash the order itself is on record,
  /// and repeating it finds out what the rest came to.
  func note(_ row: Row, in number: UInt64) {
    records[number]?.take(row)
    for watcher in watchers[number] ?? [] { watcher.yield(.row(row)) }
    if let error = row.error { parts.say("run \(number): \(row.slug): \(error)") }
  }

  /// - Parameter objection: why it did not come to its end, or nil when it did.
  func end(_ number: UInt64, _ objection: Refusal?) async {
    if let roll = rolls[number]?.roll { records[number]?.sort(by: roll.waves) }
    records[number]?.state = .ended
    records[number]?.error = objection?.sentence
    records[number]?.isForbidden = objection.map { $0.status == 403 || $0.status == 409 }
    await keep(number)
    rolls[number] = nil
    guard let record = records[number] else { return }
    parts.say("run \(number): \(objection?.sentence ?? "done")")
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
