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

  public func adopt(
    _ rows: [StoredRow], after link: ChainLink
  ) throws(JournalFailure) -> Bool {
    try poisoning { database, memory in
      let before = try self.append(rows, after: link, to: database, &memory)
      return before.isEmpty
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
      tail = try write(rows, after: memory.verified, to: database)
      result = .appended(tail.position)
      return .commit
    }
    if case .appended = result { memory.verified = tail }
    return result
  }

  /// - Returns: what came after `link` instead; nothing when the rows were stored.
  private func append(
    _ rows: [StoredRow], after link: ChainLink, to database: Database, _ memory: inout ChainMemory
  ) throws -> [Entry] {
    var before: [Entry] = []
    var tail = link
    try database.inTransaction(.immediate) {
      before = try entries(after: link.position, in: database, &memory)
      guard before.isEmpty, memory.verified == link else { return .rollback }
      tail = try write(rows, after: link, to: database)
      return .commit
    }
    if before.isEmpty { memory.verified = tail }
    return before
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

  private func write(
    _ rows: [StoredRow], after link: ChainLink, to database: Database
  ) throws -> ChainLink {
    try Rows.insert(rows, in: database)
    let tail = rows.last?.link ?? link
    try Meta.write(tail: tail, to: database)
    return tail
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
