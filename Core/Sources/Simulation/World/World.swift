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
    /// A request reaches the one it is for; the answer goes back unless it is lost.
    case arrive(Effect, FencingToken, process: Int, isAnswered: Bool)
    case answer(Outcome, to: EffectID, process: Int)
    case sample(Effect, Settle, since: Int64, process: Int)
    case foreignWrite
    case loseJournal
    case findJournal
    case heal
  }

  private struct ReportedCheck: Hashable {
    let commit: Commit
    let context: ContextName
  }

  /// More steps than this mean that the delivery never comes to rest (liveness L10).
  static let stepsMax = 60_000
  /// How long a sender waits for an answer.
  static let answerTimeout: Int64 = 5_000

  let scenario: Scenario
  let journal = SimulatedJournal()
  var random: SplitMix64
  var faults: Faults
  var now: Int64 = 0
  var happenings = EventQueue<Happening>()
  /// The fold over what is durable: what is true, whoever knows it.
  var state = ControlState()
  private var stateEnd = Position.start
  var processes: [SimulatedProcess?] = []
  var restartsLeft: [Int] = []
  var leader: Int?
  /// What every tag shows.
  var tags: [ImageReference: ShownTag] = [:]
  /// Channels whose members show different commits, as left by our own writes alone.
  private(set) var mixed: [ChannelName] = []
  var tenants: [SimulatedTenant]
  var deniedRepository: RepositoryName?
  var hasForeignWriter = false
  /// When the last write to a tag that was sent lands.
  var writesThatCanLand: [ImageReference: Int64] = [:]
  /// Writes that take back a member of a promotion that could not be completed.
  var undone: [EffectID] = []
  /// The newest state of every check.
  private var reported: [ReportedCheck: CommitStatus.State] = [:]
  /// Commits whose required checks were all green at some time.
  var greenOnce: [Commit] = []
  private var live: [RunID] = []
  /// The newest run that was made before the event that is being looked at.
  var newestRun = RunID(0)
  private var invariants = Invariants()
  private(set) var steps = 0
  private(set) var traceHash: UInt64 = 0xCBF2_9CE4_8422_2325
  private(set) var faultCounts = [Int](repeating: 0, count: Fault.allCases.count)
  /// What tenants and tags went through, in order.
  var movements: [Movement] = []
  /// When something was sent that changes anything.
  var sendings: [Int64] = []
  /// How many writes to channels were sent.
  private var writesSent = 0
  /// The misfortunes that have not happened yet.
  private var misfortunesLeft: [Misfortune] = []
  /// What happened, in words, when somebody wants to read it.
  var narration: [String]?

  init(scenario: Scenario, faults: Faults, random: SplitMix64, narrates: Bool) {
    self.scenario = scenario
    self.faults = faults
    self.random = random
    narration = narrates ? [] : nil
    misfortunesLeft = scenario.misfortunes
    tenants = scenario.tenants.map { SimulatedTenant(tenant: $0, running: scenario.initial) }
    if let initial = scenario.initial {
      for image in Scenario.images {
        let tag = Scenario.location(image).at(TagName(normalized: "latest"))
        tags[tag] = ShownTag(digest: Scenario.digest(initial, image), isForeign: false)
      }
    }
    for order in scenario.orders {
      happenings.plan(.order(order, restartsLeft: 6), at: max(0, order.at))
    }
    if faults.foreignWriter > 0 {
      happenings.plan(.foreignWrite, at: self.random.number(in: 0...1_800_000))
    }
    for case .unreadableJournal(let from, let until) in scenario.misfortunes {
      happenings.plan(.loseJournal, at: from)
      happenings.plan(.findJournal, at: until)
    }
    if let horizon = scenario.horizon { happenings.plan(.heal, at: horizon) }
  }

  /// Turns until everything has come to rest.
  func run() throws(Violation) {
    try run { _ in false }
    for run in state.runs.values {
      tell("\(run.id) of \(run.commit.short): \(run.order) \(run.stage)")
    }
    try check(.atRest)
  }

  /// Turns until `isReached`, or until nothing is left to happen.
  func run(until isReached: (World) -> Bool) throws(Violation) {
    while !isReached(self), let (time, happening) = happenings.next() {
      now = max(now, time)
      steps += 1
      guard steps <= Self.stepsMax else {
        throw Violation(id: "L10", sentence: "the delivery did not come to rest in \(steps) steps")
      }
      try turn(happening)
    }
  }

  private func turn(_ happening: Happening) throws(Violation) {
    switch happening {
    case .order(let order, let restarts): try start(order, restartsLeft: restarts)
    case .wake(let process): try step(process)
    case .arrive(let effect, let token, let process, let isAnswered):
      try arrive(effect, token, from: process, isAnswered: isAnswered)
    case .answer(let outcome, let id, let process): try deliver(outcome, of: id, to: process)
    case .sample(let effect, let settle, let since, let process):
      sample(effect, settle, since: since, for: process)
    case .foreignWrite: foreignWrite()
    case .loseJournal: journal.isReachable = false
    case .findJournal: journal.isReachable = true
    case .heal: heal()
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

  func tell(_ line: @autoclosure () -> String) {
    narration?.append("\(TimeSpan.milliseconds(now)): \(line())")
  }

  func note(_ numbers: UInt64...) {
    for number in numbers { traceHash = (traceHash ^ number) &* 0x100_0000_01B3 }
  }

  /// Whether a fault strikes now; counted when it does.
  func strikes(_ fault: Fault, _ perMille: Int) -> Bool {
    guard perMille > 0, random.chance(perMille) else { return false }
    if let index = Fault.allCases.firstIndex(of: fault) { faultCounts[index] += 1 }
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
  func catchUp() throws(Violation) {
    let entries = (try? journal.entries(after: stateEnd)) ?? []
    guard !entries.isEmpty else { return }
    for entry in entries {
      _ = state.receive(entry.record.event, at: entry.record.at)
      stateEnd = entry.position
      note(entry.position.number, UInt64(bitPattern: now), UInt64(entry.record.effects.count))
      tell("\(entry.record.event)")
      remember(entry.record.event)
      try check(.committed(entry.record.event))
      try noteEndings()
    }
    for process in processes.indices where processes[process] != nil {
      happenings.plan(.wake(process), at: now + random.number(in: 1...200))
    }
  }

  private func noteEndings() throws(Violation) {
    if let newest = state.runs.keys.last, newest > newestRun {
      newestRun = newest
      live.append(newest)
    }
    let ended = live.filter { state.runs[$0]?.isLive != true }
    guard !ended.isEmpty else { return }
    live.removeAll(where: ended.contains)
    for id in ended {
      if let run = state.runs[id] { try check(.ended(run)) }
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
    guard case .command(.report(let status), _) = event else { return }
    reported[ReportedCheck(commit: status.commit, context: status.context)] = status.state
    // Judged without the code that is being tested.
    let isGreen = scenario.plan.gates.required.allSatisfy {
      reported[ReportedCheck(commit: status.commit, context: $0)] == .success
    }
    if isGreen { greenOnce.append(status.commit) }
  }

  /// Faults end, people lift what they forbade, and the newest commit is deployed: from here on the
  /// delivery has to converge.
  private func heal() {
    faults = .none
    deniedRepository = nil
    let reason: Reason = "healed"
    let last = scenario.history.commits[scenario.last]
    var orders: [Command] = [.unkill(reason), .unhold(reason)]
    orders += scenario.tenants.map { .unpin($0.slug, reason) }
    orders += scenario.plan.gates.required.map {
      .report(CommitStatus(commit: last, context: $0, state: .success, address: nil))
    }
    for command in orders {
      happenings.plan(
        .order(Scenario.Order(at: now, command: command, stays: false), restartsLeft: 0), at: now)
    }
    let deploy = Command.release(last, scenario.plan(for: scenario.last), .everything)
    // The first one may find a rollback that was left half done, help it to its end, and meet its hold.
    for (command, pause) in [(deploy, 1_000), (.unhold(reason), 7_200_000), (deploy, 7_201_000)] {
      let stays = command == deploy
      happenings.plan(
        .order(Scenario.Order(at: now, command: command, stays: stays), restartsLeft: 0),
        at: now + Int64(pause))
    }
  }
}
