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
  private let delivery: DeliveryName
  private let pause: BlockingPause
  private let memory: Mutex<ChainMemory>

  public var isNew: Bool { memory.withLock(\.opened) == .start }

  public var ignoredSnapshots: [String] { memory.withLock(\.beginning.ignored) }

  /// Verifies the chain when it is opened to act, from the newest snapshot on.
  init(
    _ store: any RowStore, of delivery: DeliveryName, mode: JournalMode,
    pause: BlockingPause = BlockingPause()
  ) throws(JournalFailure) {
    self.store = store
    self.delivery = delivery
    self.mode = mode
    self.pause = pause
    let genesis = ChainLink(position: .start, hash: .genesis(of: delivery))
    self.genesis = genesis
    let path = store.path
    let (beginning, verified) = try inOurWords(path) {
      try store.view { source in
        try Self.expectJournal(of: delivery, in: source, path: path)
        let beginning = try Beginning(of: source, genesis: genesis, path: path)
        let verified =
          switch mode {
          case .inspecting: beginning.link
          case .acting: try ChainMemory.verifiedEnd(of: source, from: beginning.link, path: path)
          }
        return (beginning, verified)
      }
    }
    memory = Mutex(ChainMemory(path: path, beginning: beginning, verified: verified))
    if mode == .acting { _ = try beginning.snapshot() }
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
      throw self.store.stubbornness
    }
  }

  public func fill<Answer: Sendable>(
    after link: ChainLink, behind base: StoredSnapshot?,
    _ body: (any RowSink) throws(JournalFailure) -> Answer
  ) throws(JournalFailure) -> Answer? {
    try appending { memory in
      let (genesis, path) = (self.genesis, memory.path)
      _ = try self.entries(after: link.position, &memory)
      guard memory.verified == link else { return nil }
      var filled: (answer: Answer, end: ChainLink)?
      let isStored = try self.store.fill(after: link, behind: base) { sink in
        filled = (try body(sink), sink.end)
      }
      guard isStored, let filled else { return nil }
      if base != nil {
        memory.begin(
          at: try self.store.view { try Beginning(of: $0, genesis: genesis, path: path) })
      }
      memory.verified = filled.end
      return filled.answer
    }
  }

  public func entries(after position: Position) throws(JournalFailure) -> [Entry] {
    try remembering { memory in
      switch self.mode {
      case .acting: return try self.entries(after: position, &memory)
      case .inspecting:
        let survey = try self.store.view { source in
          var survey = Survey(from: try source.link(at: position, orAtLeast: memory.base))
          try survey.look(at: source)
          return survey
        }
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
      let end = try self.store.end() ?? memory.base
      if self.mode == .acting { try memory.check(end: end) }
      return end.position
    }
  }

  public func verify(behind archive: Archive?) throws(JournalFailure) -> Verification {
    try inOurWords(path) {
      try store.view { source in
        try source.verification(behind: archive, genesis: genesis, path: path, damage: nil)
      }
    }
  }

  public func verifySinceSnapshot() throws(JournalFailure) -> Verification {
    try inOurWords(path) {
      let link = memory.withLock(\.beginning.link)
      return try store.view { source in try source.verification(from: link, damage: nil) }
    }
  }

  public func snapshot() throws(JournalFailure) -> DecisionLoop.Snapshot {
    let beginning = memory.withLock(\.beginning)
    return try beginning.snapshot()
  }

  public func keep(_ snapshot: DecisionLoop.Snapshot) {
    // Best effort, as the contract says: without it the next one folds more.
    try? inOurWords(path) { try store.keep(stored(snapshot)) }
  }

  public func base() throws(JournalFailure) -> StoredSnapshot? {
    try inOurWords(path) {
      try store.view { source in
        // Asked for the very first entry, a store that has read only the newest reads the rest.
        _ = try source.hash(at: Position(1))
        return try source.snapshots().base
      }
    }
  }

  public func compact(to snapshot: DecisionLoop.Snapshot) throws(JournalFailure) {
    guard mode == .acting else { throw .readOnly(path: path) }
    try inOurWords(path) { try store.compact(to: stored(snapshot)) }
  }

  private func stored(_ snapshot: DecisionLoop.Snapshot) throws -> StoredSnapshot {
    try store.view { source in
      try StoredSnapshot(snapshot, in: source, genesis: genesis, path: path)
    }
  }
}

extension SharedJournal {
  private func entries(
    after position: Position, _ memory: inout ChainMemory
  ) throws -> [Entry] {
    try store.view { source in
      // Opened before it began, it may have been begun by another delivery meanwhile.
      if memory.verified.position == .start {
        try Self.expectJournal(of: delivery, in: source, path: memory.path)
      }
      return try memory.entries(after: position, in: source)
    }
  }

  /// Tells a journal of another delivery from one that was tampered with.
  private static func expectJournal(
    of delivery: DeliveryName, in source: some RowSource, path: String
  ) throws {
    let origin = try source.snapshots().base?.genesis ?? source.origin()
    guard origin == nil || origin == .genesis(of: delivery) else {
      throw JournalFailure.failed(
        path: path,
        detail: "expected the journal of delivery '\(delivery)', found another delivery's; "
          + "give each delivery a place of its own")
    }
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
