import Control
import Decisions
import OrderedCollections
import Vocabulary

/// One imaginary delivery in virtual time: the forge, the registry, the fleet, the disk, the processes and
/// the people, with everything that can go wrong between them.
///
/// The processes run the real decision loop; nothing here decides for them.
final class World {
  indirect enum Happening {
    case order(Scenario.Order, restartsLeft: Int)
    case wake(Int)
    /// The lease of a process has lapsed while it was stopped.
    case lapse(Int)
    /// A process that was stopped with an order in its hand goes on and sends it.
    case resume(Effect, FencingToken, process: Int)
    /// A request reaches the one it is for; the answer goes back unless it is lost.
    case arrive(Effect, FencingToken, process: Int, isAnswered: Bool)
    case answer(Outcome, to: EffectID, process: Int)
    case sample(Effect, Settle, since: Int64, process: Int)
    case blow(Blow)
    case heal
  }

  private struct ReportedCheck: Hashable {
    let commit: Commit
    let context: ContextName
  }

  /// More steps than this mean that the delivery never comes to rest (liveness L10).
  let stepsMax: Int
  /// In one of so many deliveries bytes are read; in all of them, a delivery would take three times as long.
  static let deliveriesPerReread = 64
  /// After so many entries a snapshot is kept. The controller waits for more; few deliveries have as many.
  static let snapshotEvery: UInt64 = 16
  /// How long a sender waits for an answer.
  static let answerTimeout: Int64 = 5_000

  let scenario: Scenario
  /// What every build of every commit is.
  let builds: [ImageReference: Digest]
  /// The tags of the channels that follow proof, and the place of the image each shows.
  let provenTargets: [(ImageReference, image: Int)]
  var journal: SimulatedJournal
  var random: SplitMix64
  var faults: Faults
  var now: Int64 = 0
  var happenings = EventQueue<Happening>()
  /// The fold over what is durable: what is true, whoever knows it.
  var state = ControlState()
  private(set) var stateEnd = Position.start
  var processes: [SimulatedProcess?] = []
  /// The places of those that live, in order: of a long delivery most have ended.
  var living: OrderedSet<Int> = []
  var restartsLeft: [Int] = []
  var leader: Int?
  /// Since when nobody leads although somebody could.
  var leaderlessSince: Int64?
  /// The head of the branch, as an index into the history.
  var head: Int
  var isHeadReadable = true
  /// What every tag shows.
  var tags: [ImageReference: ShownTag] = [:]
  /// The repositories that builds are pushed to.
  let pushed: OrderedSet<ImageLocation>
  /// What was copied to another one.
  var copied: [ImageReference] = []
  /// Whose bytes are in the journal.
  private(set) var keptDigests: [Digest] = []
  /// Channels whose members show different commits, as left by our own writes alone.
  private(set) var mixed: [ChannelName] = []
  var tenants: [SimulatedTenant]
  /// Whether some tenant has windows, which hold tenants back that no event names.
  let hasWindows: Bool
  /// Where each tenant is among ``tenants``, and in the scenario.
  let indexes: [TenantSlug: Int]
  var deniedRepository: RepositoryName?
  var immutableTags: [ImageReference] = []
  /// Commits whose images were collected where no other tag kept them.
  var collected: [Int] = []
  var hasForeignWriter = false
  /// When the last write to a tag that was sent lands.
  var writesThatCanLand: [ImageReference: Int64] = [:]
  /// Writes that take back a member of a promotion that could not be completed.
  var undone: [EffectID] = []
  var forge = SimulatedForge()
  /// The newest state of every check.
  private var reported: [ReportedCheck: CommitStatus.State] = [:]
  /// Commits whose required checks were all green at some time.
  var greenOnce: [Commit] = []
  private var live: [RunID] = []
  /// The newest run that was made before the event that is being looked at.
  var newestRun = RunID(0)
  /// Whether I25 folds the journal of this delivery a second time.
  private let rebuilds: Bool
  var invariants: Invariants
  var fleetWatch = FleetWatch()
  var eventsSinceCount = 0
  private(set) var steps = 0
  private(set) var traceHash: UInt64 = 0xCBF2_9CE4_8422_2325
  /// Every fault that struck, in order.
  private(set) var strikes: [Strike] = []
  private var chances = [Int](repeating: 0, count: Fault.allCases.count)
  var coverage = Coverage()
  /// What tenants and tags went through, in order.
  var movements: [Movement] = []
  /// When something was sent that changes anything.
  var sendings: [Int64] = []
  /// When the world healed, and the newest run at that time.
  var healedAt: Int64?
  var newestRunAtHealing: RunID?
  /// Whether each sample of a settling tenant named, in full, what was waited for, and was healthy.
  var samples: [EffectID: [Bool]] = [:]
  var measures = Measures()
  /// Whether the journal is an older copy, so that people do what the runbook says and nothing
  /// else.
  private(set) var isRestored = false
  /// Runs that were live in the copy.
  private(set) var inheritedRuns: [RunID] = []
  /// Commits whose images do not say what they were built from.
  var unlabelled: [Int]
  /// How many writes to channels were sent.
  private var writesSent = 0
  /// The misfortunes that have not happened yet.
  private var misfortunesLeft: [Misfortune] = []
  /// What happened, in words, when somebody wants to read it.
  var timeline: Timeline?
  /// What was last told of each run.
  var told: [RunID: String] = [:]

  init(scenario: Scenario, faults: Faults, random: SplitMix64, narrates: Bool) {
    self.scenario = scenario
    // Of a copy: the dice fall as they would otherwise.
    var dice = random
    let isReread = dice.index(below: Self.deliveriesPerReread) == 0
    journal = SimulatedJournal(isReread: isReread)
    rebuilds = dice.index(below: 2) == 0 || isReread
    invariants = Invariants(rebuilds: rebuilds)
    builds = scenario.buildsOfAllCommits()
    provenTargets = scenario.provenTargets
    pushed = OrderedSet(builds.keys.map(\.location))
    self.faults = faults
    self.random = random
    stepsMax = 60_000 + 1_000 * scenario.tenants.count
    head = scenario.last
    unlabelled = scenario.unlabelled
    timeline = narrates ? Timeline() : nil
    misfortunesLeft = scenario.misfortunes
    hasWindows = scenario.tenants.contains { $0.windows != nil }
    tenants = scenario.tenants.map { SimulatedTenant(tenant: $0, running: scenario.initial) }
    indexes = Dictionary(
      uniqueKeysWithValues: scenario.tenants.enumerated().map { ($1.slug, $0) })
    if let initial = scenario.initial {
      for (target, image) in provenTargets {
        let digest = Scenario.digest(initial, at: image)
        tags[target] = ShownTag(digest: digest, isForeign: false)
        copied.append(target.location.at(digest))
      }
    }
    for order in scenario.orders {
      happenings.plan(.order(order, restartsLeft: Self.restartsMax), at: max(0, order.at))
    }
    planBlows()
    if let horizon = scenario.horizon { happenings.plan(.heal, at: horizon) }
  }

  /// Turns until everything has come to rest.
  func run() throws(Violation) {
    try run { _ in false }
    try check(.atRest)
  }

  /// Turns until `isReached`, or until nothing is left to happen.
  func run(until isReached: (World) -> Bool) throws(Violation) {
    while !isReached(self), let (time, happening) = happenings.next() {
      now = max(now, time)
      steps += 1
      guard steps <= stepsMax else {
        throw Violation(id: "L10", sentence: "the delivery did not come to rest in \(steps) steps")
      }
      try turn(happening)
    }
  }

  private func turn(_ happening: Happening) throws(Violation) {
    switch happening {
    case .order(let order, let restarts): try start(order, restartsLeft: restarts)
    case .wake(let process): try step(process)
    case .lapse(let process): crash(process, at: .diesAtLapse)
    case .resume(let effect, let token, let process):
      resume(effect, token, of: process)
    case .arrive(let effect, let token, let process, let isAnswered):
      try arrive(effect, token, from: process, isAnswered: isAnswered)
    case .answer(let outcome, let id, let process): try deliver(outcome, of: id, to: process)
    case .sample(let effect, let settle, let since, let process):
      sample(effect, settle, since: since, for: process)
    case .blow(let blow): try befall(blow)
    case .heal: try heal()
    }
  }

  /// Notes whether the members of a channel differ now.
  func compareMembers() {
    mixed = scenario.plan.channels.compactMap { channel in
      let shown = channel.members.map { tags[$0.location.at(channel.name.tag)] }
      guard !shown.contains(where: { $0?.isForeign == true }) else { return nil }
      let commits = shown.map { $0.flatMap { Scenario.commit(of: $0.digest) } }
      return commits.allSatisfy { $0 == commits[0] } ? nil : channel.name
    }
  }

  var snapshot: DecisionLoop.Snapshot { DecisionLoop.Snapshot(state: state, position: stateEnd) }

  func check(_ moment: Moment) throws(Violation) { try invariants.check(moment, in: self) }

  func note(_ numbers: UInt64...) {
    for number in numbers { traceHash = (traceHash ^ number) &* 0x100_0000_01B3 }
  }

  /// Whether a fault strikes at this chance of its kind.
  func strikes(_ fault: Fault) -> Bool {
    chances[fault.rawValue] += 1
    let number = chances[fault.rawValue]
    guard
      faults.strikes(fault, atChance: number, at: now)
        || meets(.strikes(fault, atChance: number))
    else { return false }
    strikes.append(Strike(fault: fault, chance: number))
    tell(.faults, "\(fault.words) (\(number))")
    return true
  }

  /// Whether a misfortune happens here; each does once.
  func meets(_ misfortune: Misfortune) -> Bool {
    guard let index = misfortunesLeft.firstIndex(of: misfortune) else { return false }
    misfortunesLeft.remove(at: index)
    return true
  }

  /// Whether the process that is about to send `action` is destined to die first.
  func isFatal(_ action: Action) -> Bool {
    guard case .point(let write) = action, write.isChannel else { return false }
    writesSent += 1
    return meets(.dies(beforeWrite: writesSent))
  }

  /// Folds what has become durable into the truth, and has it checked.
  ///
  /// What `writer` has just decided and stored is not decided once more where it comes to the same place: I25
  /// compares both with what the journal comes to.
  func catchUp(with writer: SimulatedProcess? = nil) throws(Violation) {
    let entries = (try? journal.entries(after: stateEnd)) ?? []
    guard !entries.isEmpty else { return }
    for entry in entries {
      if let writer, entries.count == 1, writer.loop.position == entry.position {
        state = writer.loop.state
      } else {
        _ = state.receive(entry.record.event, at: entry.record.at)
      }
      stateEnd = entry.position
      if entry.position.number.isMultiple(of: Self.snapshotEvery) { journal.keep(snapshot) }
      follow(entry.record)
      note(entry.position.number, UInt64(bitPattern: now), UInt64(entry.record.effects.count))
      tell(of: entry.record.event)
      remember(entry.record.event)
      measures.note(entry.record.event, state, at: now)
      try check(.committed(entry.record.event))
      try noteEndings()
    }
    for process in living {
      happenings.plan(.wake(process), at: now + random.number(in: 1...200))
    }
  }

  private func noteEndings() throws(Violation) {
    if let newest = state.runs.keys.last, newest > newestRun {
      newestRun = newest
      live.append(newest)
    }
    var ended: [RunID] = []
    for id in live {
      guard let run = state.runs[id] else {
        ended.append(id)
        continue
      }
      coverage.note(run)
      tell(of: run)
      if !run.isLive { ended.append(id) }
    }
    guard !ended.isEmpty else { return }
    live.removeAll(where: ended.contains)
    for id in ended {
      guard let run = state.runs[id] else { continue }
      measures.note(run, at: now)
      try check(.ended(run))
    }
  }

  /// What the forge shows of a commit's checks.
  func checks(of commit: Commit) -> [Check] {
    scenario.plan.gates.required.compactMap { context in
      reported[ReportedCheck(commit: commit, context: context)].map {
        Check(context: context, state: Check.State(rawValue: $0.rawValue) ?? .unrecognised)
      }
    }
  }

  private func remember(_ event: Event) {
    if case .outcome(_, .kept(.found(let manifest))) = event { keptDigests.append(manifest.digest) }
    guard case .command(.report(let status), _) = event else { return }
    reported[ReportedCheck(commit: status.commit, context: status.context)] = status.state
    // Judged without the code that is being tested.
    let isGreen = scenario.plan.gates.required.allSatisfy {
      reported[ReportedCheck(commit: status.commit, context: $0)] == .success
    }
    if isGreen { greenOnce.append(status.commit) }
  }

  /// Forgets what was folded in: another journal is the truth now.
  func startOver(with journal: SimulatedJournal) {
    self.journal = journal
    state = ControlState()
    stateEnd = .start
    live = []
    newestRun = RunID(0)
    fleetWatch = FleetWatch()
    undone = []
    samples = [:]
    isRestored = true
    for entry in (try? journal.entries(after: .start)) ?? [] {
      _ = state.receive(entry.record.event, at: entry.record.at)
      stateEnd = entry.position
    }
    // Whatever the journal does not know of was done by somebody else, as far as it can tell.
    hasForeignWriter = true
    tags = tags.mapValues {
      ShownTag(digest: $0.digest, isForeign: true, isLabelled: $0.isLabelled)
    }
    invariants = Invariants(resuming: state, rebuilds: rebuilds)
    newestRun = state.runs.keys.last ?? RunID(0)
    live = state.runs.values.filter(\.isLive).map(\.id)
    inheritedRuns = live
  }
}
