import Control
import Decisions
import Synchronization
import Vocabulary

/// A journal whose entries survive every crash once ``append(_:expecting:)`` has returned, and whose failed
/// appends may or may not have been stored, as on a disk that loses power during the sync.
final class SimulatedJournal: Journal {
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
    var sabotage = Sabotage.none
    var isReachable = true

    var end: Position { Position(UInt64(entries.count)) }
  }

  private let contents = Mutex(Contents())

  /// Whether anybody can read or write it.
  var isReachable: Bool {
    get { contents.withLock(\.isReachable) }
    set { contents.withLock { $0.isReachable = newValue } }
  }

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
    contents.withLock { contents in
      contents.entries.removeLast(min(3, contents.entries.count))
      contents.effects = contents.entries.flatMap(\.record.effects)
    }
  }

  /// What somebody copied some entries ago.
  func copy(withoutLast count: Int) -> SimulatedJournal {
    let copy = SimulatedJournal()
    contents.withLock { contents in
      let kept = Array(contents.entries.dropLast(count))
      copy.contents.withLock {
        $0.entries = kept
        $0.effects = kept.flatMap(\.record.effects)
      }
    }
    return copy
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
