public import Decisions
public import Vocabulary

/// Accepts events one after another: folds in what others appended, decides, commits, and only then hands
/// out what is to be done.
///
/// A struct without a clock, a task or a lock, used unchanged by the server, by one-shot commands and by
/// the simulator.
public struct DecisionLoop: Sendable {
  /// After losing this many races in a row for the next place in the journal, somebody else is wrong.
  public static let conflictsMax = 1_000

  public private(set) var state: ControlState
  public private(set) var position: Position
  /// The first place where this version would have decided something else than was recorded.
  ///
  /// Happens when a journal was written by a version with other rules. The state is what this version makes
  /// of the same events; the difference is reported, never hidden.
  public private(set) var firstDivergence: Position?
  /// Places whose entries the journal could not read out. They may hold the order to stop, so whoever finds
  /// one may follow and report, and must not act (docs/decisions/0008).
  public private(set) var missing: [Position] = []
  private let journal: any Journal

  /// Where the fold began: what was not read, because a snapshot stands for it.
  public let beginning: Position

  /// Folds what came after `snapshot` was taken of the same journal; nil stands for the one that the journal
  /// keeps.
  public init(journal: any Journal, from snapshot: Snapshot? = nil) throws(JournalFailure) {
    let snapshot = if let snapshot { snapshot } else { try journal.snapshot() }
    self.journal = journal
    state = snapshot.state
    position = snapshot.position
    beginning = snapshot.position
    firstDivergence = snapshot.firstDivergence
    let end = try journal.end()
    fold(try journal.entries(after: position))
    skip(to: max(end, position))
  }

  /// One is enough to stop; a damaged journal can lack any number.
  private static let missingMax: UInt64 = 1_000

  /// Goes on behind entries that could not be read out.
  private mutating func skip(to end: Position) {
    guard position < end else { return }
    let count = min(end.number - position.number, Self.missingMax - UInt64(missing.count))
    missing += (0..<count).map { Position(position.number + 1 + $0) }
    position = end
  }

  /// The fold over a prefix of a journal, which saves folding it again.
  public struct Snapshot: Hashable, Sendable, Codable {
    public let state: ControlState
    public let position: Position
    public let firstDivergence: Position?

    public static let empty = Snapshot(state: ControlState(), position: .start)

    public init(state: ControlState, position: Position, firstDivergence: Position? = nil) {
      self.state = state
      self.position = position
      self.firstDivergence = firstDivergence
    }
  }

  /// The fold as it is now; nil when entries are missing from it, and it is not the truth.
  public var snapshot: Snapshot? {
    missing.isEmpty
      ? Snapshot(state: state, position: position, firstDivergence: firstDivergence) : nil
  }

  /// Folds in what others appended since, and returns the effects they decided on.
  public mutating func refresh() throws(JournalFailure) -> [Effect] {
    guard try journal.end() != position else { return [] }
    return fold(try journal.entries(after: position))
  }

  /// Decides on `events` in order and commits them together. Returns every effect that may now be
  /// performed: those of the events, after those of whatever others had appended first.
  ///
  /// An outcome nobody waits for any more is left out; it would change nothing.
  /// - Parameter epoch: Of the leader who speaks. When another has led since, nothing is stored: an
  ///   epoch that was overtaken does not commit (invariant I11).
  /// - Throws: when the journal could not store them; the state is as before. Stop acting, and open anew.
  public mutating func submit(
    _ events: [Event], at time: Timestamp, under epoch: Epoch? = nil
  ) throws(JournalFailure) -> [Effect] {
    try store(events, at: time, under: epoch).effects
  }

  /// The same, once, and only if the journal ends at `end` when they are stored.
  ///
  /// - Returns: whether they were stored. If not, more has come, which is folded in: others' entries, or
  ///   another epoch.
  public mutating func submit(
    _ events: [Event], at time: Timestamp, under epoch: Epoch, behind end: Position
  ) throws(JournalFailure) -> Bool {
    _ = try refresh()
    guard position == end, epoch == state.epoch else { return false }
    switch try attempt(events, at: time) {
    case .stored: return true
    case .overtaken: return false
    }
  }

  /// Begins the next epoch, and returns it; nil, with nothing stored, when somebody else began one first.
  public mutating func lead(
    as actor: ActorName, at time: Timestamp
  ) throws(JournalFailure) -> Epoch? {
    try store([.led(by: actor)], at: time, under: state.epoch).isStored ? state.epoch : nil
  }

  private mutating func store(
    _ events: [Event], at time: Timestamp, under epoch: Epoch?
  ) throws(JournalFailure) -> (effects: [Effect], isStored: Bool) {
    var foreign: [Effect] = []
    for _ in 0..<Self.conflictsMax {
      if let epoch, epoch != state.epoch { return (foreign, false) }
      switch try attempt(events, at: time) {
      case .stored(let effects): return (foreign + (effects ?? []), effects != nil)
      case .overtaken(let effects): foreign += effects
      }
    }
    throw .failed(
      path: "journal", detail: "lost \(Self.conflictsMax) races in a row for the next place")
  }

  /// What one attempt to store came to.
  private enum Attempt {
    /// With what was decided; nil when there was nothing to store.
    case stored([Effect]?)
    /// Others came first, and decided on these.
    case overtaken([Effect])
  }

  private mutating func attempt(
    _ events: [Event], at time: Timestamp
  ) throws(JournalFailure) -> Attempt {
    var next = state
    let records = Self.decide(events, at: time, &next)
    guard !records.isEmpty else { return .stored(nil) }
    switch try journal.append(records, expecting: position) {
    case .appended(let end):
      state = next
      position = end
      return .stored(records.flatMap(\.effects))
    case .conflict(let entries): return .overtaken(fold(entries))
    }
  }

  private static func decide(
    _ events: [Event], at time: Timestamp, _ state: inout ControlState
  ) -> [Record] {
    events.compactMap { event in
      if case .outcome(let id, _) = event, !state.isWanted(id) { return nil }
      let moment = max(time, state.now)
      let effects = state.receive(event, at: moment)
      return Record(at: moment, event: event, effects: effects)
    }
  }

  @discardableResult
  private mutating func fold(_ entries: [Entry]) -> [Effect] {
    var effects: [Effect] = []
    for entry in entries {
      skip(to: Position(entry.position.number - 1))
      let decided = state.receive(entry.record.event, at: entry.record.at)
      if decided != entry.record.effects, firstDivergence == nil {
        firstDivergence = entry.position
      }
      effects += decided
      position = entry.position
    }
    return effects
  }
}
