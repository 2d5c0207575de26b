import Control
import Decisions
import Synchronization
import Vocabulary

/// A journal in memory that others can write to, and that fails when told to.
final class MemoryJournal: Journal {
  private struct State {
    var entries: [Entry] = []
    /// What others append right before each of the next appends, so that it meets a conflict.
    var intrusions: [[Record]] = []
    /// Appends left before one fails.
    var appendsBeforeFailure: Int?
    /// What another process appends right after the append that satisfies the condition.
    var reaction: (@Sendable (Record) -> Record?)?
    var kept = DecisionLoop.Snapshot.empty
  }

  private let state = Mutex(State())

  func append(
    _ records: [Record], expecting expected: Position
  ) throws(JournalFailure) -> AppendResult {
    let result: Result<AppendResult, JournalFailure> = state.withLock { state in
      if let left = state.appendsBeforeFailure {
        guard left > 0 else { return .failure(.full(path: "memory")) }
        state.appendsBeforeFailure = left - 1
      }
      if !state.intrusions.isEmpty { add(state.intrusions.removeFirst(), to: &state) }
      let missed = state.entries.filter { $0.position > expected }
      guard missed.isEmpty else { return .success(.conflict(missed)) }
      add(records, to: &state)
      let end = Position(UInt64(state.entries.count))
      if let record = records.compactMap({ state.reaction?($0) }).first {
        state.reaction = nil
        add([record], to: &state)
      }
      return .success(.appended(end))
    }
    return try result.get()
  }

  private func add(_ records: [Record], to state: inout State) {
    for record in records {
      state.entries.append(
        Entry(position: Position(UInt64(state.entries.count + 1)), record: record))
    }
  }

  func entries(after position: Position) -> [Entry] {
    state.withLock { $0.entries.filter { $0.position > position } }
  }

  func end() -> Position { state.withLock { $0.entries.last?.position ?? .start } }

  func snapshot() -> DecisionLoop.Snapshot { state.withLock { $0.kept } }

  func keep(_ snapshot: DecisionLoop.Snapshot) { state.withLock { $0.kept = snapshot } }

  // MARK: What tests do to it

  /// Loses the entries up to `position`.
  func lose(through position: Position) {
    state.withLock { $0.entries.removeAll { $0.position <= position } }
  }

  /// Adds an entry as it is, at whatever place.
  func put(_ entry: Entry) { state.withLock { $0.entries.append(entry) } }

  var records: [Record] { state.withLock { $0.entries.map(\.record) } }

  /// The next appends each find that somebody else came first.
  func intrude(_ records: [[Record]]) { state.withLock { $0.intrusions += records } }

  /// Fails every append after `count` more.
  func fail(after count: Int) { state.withLock { $0.appendsBeforeFailure = count } }

  /// Takes appends again, as a disk does after somebody made room.
  func recover() { state.withLock { $0.appendsBeforeFailure = nil } }

  /// Somebody else appends what `reaction` returns, once, right after the append it returns it for.
  func react(_ reaction: @escaping @Sendable (Record) -> Record?) {
    state.withLock { $0.reaction = reaction }
  }

  /// Appends an order as another process would.
  func order(_ command: Command) {
    var loop = DecisionLoop.following(self)
    loop?.order(command)
  }

  func contains(_ effect: EffectID) -> Bool {
    records.contains { $0.effects.contains { $0.id == effect } }
  }
}

extension DecisionLoop {
  static func following(_ journal: MemoryJournal) -> DecisionLoop? {
    try? DecisionLoop(journal: journal)
  }

  mutating func order(_ command: Command) {
    _ = try? submit([.command(command, by: "somebody else")], at: Timestamp(milliseconds: 0))
  }
}
