public import Control
import Synchronization
public import Vocabulary

/// A journal in a store that several machines reach: a git reference or a PostgreSQL database.
///
/// Gives what the SQLite journal gives: compare-and-append, a chain that every read checks, and
/// nothing answered before it is durable. An append whose answer was lost is asked again, because
/// the store lets at most one of the two through, and then looked for.
public final class SharedJournal: StoredJournal {
  public let mode: JournalMode
  public let genesis: ChainLink
  public var path: String { store.path }
  public var quarantined: [QuarantinedRow] { memory.withLock(\.quarantined) }

  /// How often one append is asked for before its answer is given up.
  static let attemptsMax = 8

  private let store: any RowStore
  private let pause: BlockingPause
  private let memory: Mutex<ChainMemory>

  /// Verifies the whole chain when it is opened to act.
  init(
    _ store: any RowStore, of delivery: DeliveryName, mode: JournalMode,
    pause: BlockingPause = BlockingPause()
  ) throws(JournalFailure) {
    self.store = store
    self.mode = mode
    self.pause = pause
    let genesis = ChainLink(position: .start, hash: .genesis(of: delivery))
    self.genesis = genesis
    let path = store.path
    let verified = try inOurWords(path) { () throws -> ChainLink in
      switch mode {
      case .inspecting: try store.end() ?? genesis
      case .acting:
        try store.view { source in
          try ChainMemory.verifiedEnd(of: source, from: genesis, path: path)
        }
      }
    }
    memory = Mutex(ChainMemory(path: path, genesis: genesis, verified: verified))
  }

  public func append(
    _ records: [Record], expecting expected: Position
  ) throws(JournalFailure) -> AppendResult {
    try appending { memory in
      if memory.verified.position != expected {
        let before = try self.entries(after: expected, &memory)
        guard before.isEmpty else { return .conflict(before) }
      }
      let rows = try StoredRow.chain(records, after: memory.verified)
      for attempt in 1...Self.attemptsMax {
        if try self.settle(rows, after: memory.verified, path: memory.path) {
          memory.verified = rows.last?.link ?? memory.verified
          return .appended(memory.verified.position)
        }
        let before = try self.entries(after: expected, &memory)
        guard before.isEmpty else { return .conflict(before) }
        // Refused although nobody was first: somebody was about to be.
        self.pause.before(attempt: attempt)
      }
      throw JournalFailure.busy(path: memory.path)
    }
  }

  public func adopt(
    _ rows: [StoredRow], after link: ChainLink
  ) throws(JournalFailure) -> Bool {
    try appending { memory in
      _ = try self.entries(after: link.position, &memory)
      guard memory.verified == link, try self.settle(rows, after: link, path: memory.path) else {
        return false
      }
      memory.verified = rows.last?.link ?? link
      return true
    }
  }

  public func entries(after position: Position) throws(JournalFailure) -> [Entry] {
    try remembering { memory in
      switch self.mode {
      case .acting: return try self.entries(after: position, &memory)
      case .inspecting:
        let genesis = self.genesis
        let survey = try self.store.view { try Survey(of: $0, from: genesis) }
        memory.quarantine(survey.quarantined)
        return survey.entries.filter { $0.position > position }
      }
    }
  }

  public func rows(
    after position: Position, _ use: (StoredRow) throws(JournalFailure) -> Void
  ) throws(JournalFailure) {
    try inOurWords(path) { try store.view { try $0.each(from: position.next, use) } }
  }

  public func end() throws(JournalFailure) -> Position {
    try remembering { memory in
      let end = try self.store.end() ?? self.genesis
      if self.mode == .acting { try memory.check(end: end) }
      return end.position
    }
  }

  public func verify() throws(JournalFailure) -> Verification {
    try inOurWords(path) {
      try store.view { try Survey(of: $0, from: genesis) }.verification(damage: nil)
    }
  }
}

extension SharedJournal {
  private func entries(
    after position: Position, _ memory: inout ChainMemory
  ) throws -> [Entry] {
    try store.view { source in try memory.entries(after: position, in: source) }
  }

  /// - Returns: whether the rows are stored; if not, somebody else was first.
  private func settle(
    _ rows: [StoredRow], after link: ChainLink, path: String
  ) throws(JournalFailure) -> Bool {
    var last = JournalFailure.busy(path: path)
    for attempt in 1...Self.attemptsMax {
      switch store.append(rows, after: link) {
      case .stored: return true
      case .refused: return try store.holdsLastAttempt()
      case .failed(let failure): throw failure
      case .unknown(let failure): last = failure
      }
      pause.before(attempt: attempt)
    }
    throw last
  }

  /// After the first failure nothing is appended any more: what it stored is only known when the
  /// journal is opened again.
  private func appending<Result: Sendable>(
    _ body: (inout ChainMemory) throws -> Result
  ) throws(JournalFailure) -> Result {
    guard mode == .acting else { throw .readOnly(path: path) }
    return try remembering { memory in
      if let poison = memory.poison { throw poison }
      do {
        return try body(&memory)
      } catch {
        memory.poison = (error as? JournalFailure) ?? .failed(path: memory.path, detail: "\(error)")
        throw error
      }
    }
  }

  private func remembering<Result: Sendable>(
    _ body: (inout ChainMemory) throws -> Result
  ) throws(JournalFailure) -> Result {
    let path = path
    return try inOurWords(path) { try memory.withLock { try body(&$0) } }
  }
}

/// Runs `body`, and says every error in the journal's own words.
func inOurWords<Result>(_ path: String, _ body: () throws -> Result) throws(JournalFailure)
  -> Result
{
  do {
    return try body()
  } catch let failure as JournalFailure {
    throw failure
  } catch is EncodingError {
    throw .failed(path: path, detail: "an entry cannot be written as JSON")
  } catch {
    throw .failed(path: path, detail: "\(type(of: error))")
  }
}
