public import Control
import GRDB
import Synchronization
public import Vocabulary

/// The journal of one delivery in an SQLite file: the embedded default.
///
/// WAL with `synchronous = FULL`: an append that was answered survives the loss of power. Any
/// number of processes may append; `BEGIN IMMEDIATE` puts them in a row, and the position each
/// expects decides who was first. Every row carries the hash of the row before it, and every read
/// checks it. Keep the file on a local disk: WAL needs memory shared between its users, which
/// network file systems do not give.
public final class SQLiteJournal: StoredJournal {
  public typealias Mode = JournalMode

  public let path: String
  public let mode: Mode

  public let genesis: ChainLink

  let database: DatabaseQueue
  let memory: Mutex<ChainMemory>

  init(
    path: String, mode: Mode, database: DatabaseQueue, genesis: ChainLink,
    _ found: (beginning: Beginning, verified: ChainLink)
  ) {
    self.path = path
    self.mode = mode
    self.database = database
    self.genesis = genesis
    memory = Mutex(
      ChainMemory(path: path, beginning: found.beginning, verified: found.verified))
  }

  public var isNew: Bool { memory.withLock(\.opened) == .start }

  public var ignoredSnapshots: [String] { memory.withLock(\.beginning.ignored) }

  public var quarantined: [QuarantinedRow] { memory.withLock(\.quarantined) }

  /// After a failure this object appends nothing more: a commit whose answer was an error may or
  /// may not be durable, and only opening the journal again tells.
  public func append(
    _ records: [Control.Record], expecting expected: Position
  ) throws(JournalFailure) -> AppendResult {
    try poisoning { database, memory in
      try self.append(records, expecting: expected, to: database, &memory)
    }
  }

  public func fill<Answer: Sendable>(
    after link: ChainLink, behind base: StoredSnapshot?,
    _ body: (any RowSink) throws(JournalFailure) -> Answer
  ) throws(JournalFailure) -> Answer? {
    let path = path
    return try poisoning { database, memory in
      var answer: Answer?
      let sink = SQLiteSink(database: database, path: path, end: base?.link ?? link)
      try database.inTransaction(.immediate) {
        _ = try self.entries(after: link.position, in: database, &memory)
        guard memory.verified == link else { return .rollback }
        if let base { try Rows.keep(base, as: .base, in: database) }
        answer = try body(sink)
        try Meta.write(tail: sink.end, to: database)
        return .commit
      }
      guard answer != nil else { return nil }
      if base != nil {
        memory.begin(
          at: try Beginning(of: self.source(database), genesis: self.genesis, path: path))
      }
      memory.verified = sink.end
      return answer
    }
  }

  public func entries(after position: Position) throws(JournalFailure) -> [Entry] {
    try access { database, memory in
      try self.reading(database) {
        switch self.mode {
        case .acting: return try memory.entries(after: position, in: self.source(database))
        case .inspecting:
          let source = self.source(database)
          var survey = Survey(
            from: try source.link(at: position, orAtLeast: memory.base))
          try survey.look(at: source)
          memory.quarantine(survey.quarantined)
          return survey.entries.filter { $0.position > position }
        }
      }
    }
  }

  public func rows(
    after position: Position, _ use: (StoredRow) throws(JournalFailure) -> Void
  ) throws(JournalFailure) {
    try access { database, _ in
      try self.reading(database) { try self.source(database).each(from: position.next, use) }
    }
  }

  public func end() throws(JournalFailure) -> Position {
    try access { database, memory in
      let last = try Rows.last(in: database) ?? memory.base
      if self.mode == .acting { try memory.check(end: last) }
      return last.position
    }
  }

  private func append(
    _ records: [Control.Record], expecting expected: Position, to database: Database,
    _ memory: inout ChainMemory
  ) throws -> AppendResult {
    var result = AppendResult.appended(expected)
    var tail = memory.verified
    try database.inTransaction(.immediate) {
      let before = try entries(after: expected, in: database, &memory)
      guard before.isEmpty else {
        result = .conflict(before)
        return .rollback
      }
      let rows = try StoredRow.chain(records, after: memory.verified)
      try Rows.insert(rows, in: database)
      tail = rows.last?.link ?? memory.verified
      try Meta.write(tail: tail, to: database)
      result = .appended(tail.position)
      return .commit
    }
    if case .appended = result { memory.verified = tail }
    return result
  }

  /// What came after `position`, inside the transaction that appends. Nearly always nothing did, and
  /// one question tells as much as looking.
  private func entries(
    after position: Position, in database: Database, _ memory: inout ChainMemory
  ) throws -> [Entry] {
    if position == memory.verified.position, try Rows.end(with: memory.verified, in: database) {
      return []
    }
    return try memory.entries(after: position, in: source(database))
  }

  func source(_ database: Database) -> SQLiteRows { SQLiteRows(database: database, path: path) }
}

extension SQLiteJournal {
  /// Runs `body` to append; after the first failure nothing is appended any more.
  func poisoning<Result: Sendable>(
    _ body: (Database, inout ChainMemory) throws -> Result
  ) throws(JournalFailure) -> Result {
    guard mode == .acting else { throw .readOnly(path: path) }
    return try access { database, memory in
      if let poison = memory.poison { throw poison }
      do {
        return try body(database, &memory)
      } catch {
        memory.poison = JournalFailure(error, path: self.path)
        throw error
      }
    }
  }

  /// Runs `body` alone on the connection, and says every error in the journal's own words.
  func access<Result: Sendable>(
    _ body: (Database, inout ChainMemory) throws -> Result
  ) throws(JournalFailure) -> Result {
    do {
      return try memory.withLock { memory in
        try database.writeWithoutTransaction { database in try body(database, &memory) }
      }
    } catch {
      throw JournalFailure(error, path: path)
    }
  }

  /// Runs `body` on one unmoving view of the file.
  func reading<Result>(_ database: Database, _ body: () throws -> Result) throws -> Result {
    var result: Result?
    try database.inTransaction(.deferred) {
      result = try body()
      return .commit
    }
    guard let result else {
      preconditionFailure("a transaction that ends without an error has run")
    }
    return result
  }
}

/// The rows of an SQLite journal, inside a transaction.
struct SQLiteRows: RowSource {
  let database: Database
  let path: String

  func each(from position: Position, _ use: (StoredRow) throws -> Void) throws {
    try Rows.each(from: position, in: database, path: path, use)
  }

  func hash(at position: Position) throws -> ChainHash? {
    try Rows.hash(at: position, in: database)
  }

  func fault(at end: ChainLink) throws -> ChainFault? { try Meta.fault(at: end, in: database) }

  func origin() throws -> ChainHash? { try Rows.origin(in: database) }

  func snapshots() throws -> Snapshots { try Rows.snapshots(in: database) }
}

/// Rows that go into a transaction that is open.
private final class SQLiteSink: RowSink {
  private(set) var end: ChainLink
  private let database: Database
  private let path: String

  init(database: Database, path: String, end: ChainLink) {
    self.database = database
    self.path = path
    self.end = end
  }

  func take(_ rows: [StoredRow]) throws(JournalFailure) {
    do {
      try Rows.insert(rows, in: database)
    } catch {
      throw JournalFailure(error, path: path)
    }
    end = rows.last?.link ?? end
  }
}
