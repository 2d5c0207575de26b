import Control
import Decisions
import Synchronization
import Vocabulary

/// A journal whose entries survive every crash once ``append(_:expecting:)`` has returned, and whose failed
/// appends may or may not have been stored, as on a disk that loses power during the sync.
///
/// Those who live share its entries as values. Who comes back after a crash reads bytes: ``RereadJournal``.
final class SimulatedJournal: Journal {
  /// Whether anybody reads bytes. Writing and reading a long journal takes several times as long as deciding.
  let isReread: Bool

  /// What an entry is once it has been bytes.
  private let reread: @Sendable (Entry) -> Entry

  /// - Parameter reread: another codec than that of the real journals, for tests of what notices it.
  init(isReread: Bool = true, reread: @escaping @Sendable (Entry) -> Entry = { $0.reread }) {
    self.isReread = isReread
    self.reread = reread
  }

  /// What the next append does instead of storing and answering.
  enum Sabotage {
    case none
    /// Nothing is stored, and the writer is told that it failed.
    case losesTail
    /// Everything is stored, and the writer is told that it failed.
    case losesAnswer
  }

  private struct Contents {
    var entries: [Entry] = []
    var effects: [Effect] = []
    /// What was read of each entry when it was bytes. They do not change, so the next reads it, too.
    var reread: [Entry?] = []
    /// The fold over a prefix, and what was read of it since it was bytes.
    var kept: (snapshot: DecisionLoop.Snapshot, reread: DecisionLoop.Snapshot?) = (.empty, nil)
    var sabotage = Sabotage.none
    var isReachable = true
    var firstMisread: Position?

    var end: Position { Position(UInt64(entries.count)) }

    mutating func reread(after position: Position, _ read: (Entry) -> Entry) -> [Entry] {
      reread += Array(repeating: nil, count: entries.count - reread.count)
      return (Int(position.number)..<entries.count).map { index in
        if let entry = reread[index] { return entry }
        let entry = read(entries[index])
        if entry != entries[index] { misread(at: entries[index].position) }
        reread[index] = entry
        return entry
      }
    }

    private mutating func misread(at position: Position) {
      firstMisread = min(firstMisread ?? position, position)
    }

    mutating func rereadSnapshot() -> DecisionLoop.Snapshot {
      if let reread = kept.reread { return reread }
      let snapshot = kept.snapshot.reread
      if snapshot != kept.snapshot { misread(at: kept.snapshot.position) }
      kept.reread = snapshot
      return snapshot
    }

    /// Cuts off what came last.
    mutating func cut(to count: Int) {
      entries.removeLast(entries.count - count)
      reread.removeLast(max(0, reread.count - count))
      effects = entries.flatMap(\.record.effects)
      if kept.snapshot.position > end { kept = (.empty, nil) }
    }
  }

  private let contents = Mutex(Contents())

  /// Whether anybody can read or write it.
  var isReachable: Bool {
    get { contents.withLock(\.isReachable) }
    set { contents.withLock { $0.isReachable = newValue } }
  }

  /// The first entry, or the entry that a snapshot was kept at, that came back from its bytes as another.
  var firstMisread: Position? { contents.withLock(\.firstMisread) }

  private func reach() throws(JournalFailure) {
    guard isReachable else { throw .unavailable(path: "simulated", detail: "it cannot be reached") }
  }

  func append(_ records: [Record], expecting expected: Position) throws(JournalFailure)
    -> AppendResult
  {
    try reach()
    let result = contents.withLock { contents -> AppendResult? in
      guard contents.end == expected else {
        return .conflict(Array(contents.entries[Int(expected.number)...]))
      }
      let sabotage = contents.sabotage
      contents.sabotage = .none
      if sabotage == .losesTail { return nil }
      for record in records {
        contents.entries.append(Entry(position: contents.end.next, record: record))
        contents.effects += record.effects
      }
      return sabotage == .losesAnswer ? nil : .appended(contents.end)
    }
    guard let result else { throw .failed(path: "simulated", detail: "the disk went away") }
    return result
  }

  func entries(after position: Position) throws(JournalFailure) -> [Entry] {
    try reach()
    return contents.withLock { Array($0.entries[Int(position.number)...]) }
  }

  func end() throws(JournalFailure) -> Position {
    try reach()
    return contents.withLock(\.end)
  }

  /// Power fails: only what was synced is left. ``append(_:expecting:)`` syncs before it returns.
  func losePower() {
    guard WrongDesign.skippedSync.isTried else { return }
    contents.withLock { $0.cut(to: max(0, $0.entries.count - 3)) }
  }

  /// What somebody copied some entries ago; where bytes are read, all of it went through them.
  func copy(withoutLast count: Int) -> SimulatedJournal {
    let copy = SimulatedJournal(isReread: isReread, reread: reread)
    let (entries, firstMisread) = contents.withLock { contents in
      let entries = isReread ? contents.reread(after: .start, reread) : contents.entries
      return (entries, contents.firstMisread)
    }
    copy.contents.withLock {
      $0.firstMisread = firstMisread
      $0.entries = entries
      $0.reread = entries
      $0.cut(to: max(0, entries.count - count))
    }
    return copy
  }

  /// Keeps a snapshot beside the entries. It becomes bytes when somebody comes back.
  func keep(_ snapshot: DecisionLoop.Snapshot) {
    if isReread { contents.withLock { $0.kept = (snapshot, nil) } }
  }

  /// Everything after `position`, read out of bytes.
  fileprivate func reread(after position: Position) throws(JournalFailure) -> [Entry] {
    try reach()
    return contents.withLock { $0.reread(after: position, reread) }
  }

  fileprivate func rereadSnapshot() throws(JournalFailure) -> DecisionLoop.Snapshot {
    try reach()
    return contents.withLock { $0.rereadSnapshot() }
  }

  func sabotageNextAppend(_ sabotage: Sabotage) {
    contents.withLock { $0.sabotage = sabotage }
  }

  /// The stored effect of this number. Effects are numbered from 1 without gaps.
  func effect(_ id: EffectID) -> Effect? {
    contents.withLock { contents in
      let index = Int(id.number) - 1
      return contents.effects.indices.contains(index) ? contents.effects[index] : nil
    }
  }
}

/// A journal as somebody finds it who comes back after a crash: every entry and the snapshot are read out of
/// the bytes that a real journal stores (docs/decisions/0053).
struct RereadJournal: Journal {
  let journal: SimulatedJournal

  func append(_ records: [Record], expecting expected: Position) throws(JournalFailure)
    -> AppendResult
  {
    switch try journal.append(records, expecting: expected) {
    case .appended(let end): return .appended(end)
    case .conflict: return .conflict(try entries(after: expected))
    }
  }

  func entries(after position: Position) throws(JournalFailure) -> [Entry] {
    try journal.reread(after: position)
  }

  func end() throws(JournalFailure) -> Position { try journal.end() }

  func snapshot() throws(JournalFailure) -> DecisionLoop.Snapshot { try journal.rereadSnapshot() }

  func keep(_ snapshot: DecisionLoop.Snapshot) { journal.keep(snapshot) }
}

extension Entry {
  /// The same, written and read by the codec of the real journals.
  fileprivate var reread: Entry {
    guard let body = RecordCoding.plain(record) else {
      preconditionFailure("every record of a simulated world is plain JSON")
    }
    do throws(RecordCoding.Undecodable) {
      let record = try RecordCoding.decode(body, format: RecordCoding.format, at: record.at) {
        _ throws(RecordCoding.Undecodable) in throw .shape("only Foundation could read it")
      }
      return Entry(position: position, record: record)
    } catch {
      preconditionFailure("what was written can be read: \(String(decoding: body, as: UTF8.self))")
    }
  }
}

extension DecisionLoop.Snapshot {
  /// The same, written and read by the codec of the real journals.
  fileprivate var reread: DecisionLoop.Snapshot {
    guard let body = SnapshotCoding.plain(self) else {
      preconditionFailure("every state of a simulated world is plain JSON")
    }
    guard let snapshot = SnapshotCoding.decode(body) else {
      preconditionFailure("what was kept can be read: \(String(decoding: body, as: UTF8.self))")
    }
    return snapshot
  }
}
