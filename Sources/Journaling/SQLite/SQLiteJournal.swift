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
public final class SQLiteJournal: Journal {
  /// What the journal is opened for (docs/decisions/0008).
  public enum Mode: Hashable, Sendable {
    /// To append, and to act on what it says: created when missing, refused when it was tampered
    /// with.
    case acting
    /// To look: nothing is ever written, and what is still good in a damaged journal is handed out.
    case inspecting
  }

  public let path: String
  public let mode: Mode

  let database: DatabaseQueue
  let genesis: ChainLink
  let state: Mutex<State>

  /// What this object has learnt of the journal.
  struct State {
    /// As far as the chain was verified. The journal never again ends before this, nor differs up
    /// to it.
    var verified: ChainLink
    /// Where the journal ended when it was opened; only rows up to here may be quarantined.
    let opened: Position
    var quarantined: [QuarantinedRow] = []
    /// The first append that failed; every later one fails alike.
    var poison: JournalFailure?
  }

  init(path: String, mode: Mode, database: DatabaseQueue, genesis: ChainLink, verified: ChainLink) {
    self.path = path
    self.mode = mode
    self.database = database
    self.genesis = genesis
    state = Mutex(State(verified: verified, opened: verified.position))
  }

  /// Rows that were left out of the fold, in order. Complete after ``entries(after:)`` from the
  /// start.
  ///
  /// Not empty means: something was ordered or happened that this version does not understand, so
  /// nothing that moves a tenant or a tag may be sent (docs/decisions/0008).
  public var quarantined: [QuarantinedRow] { state.withLock(\.quarantined) }

  /// After a failure this object appends nothing more: a commit whose answer was an error may or
  /// may not be durable, and only opening the journal again tells.
  public func append(
    _ records: [Control.Record], expecting expected: Position
  ) throws(JournalFailure) -> AppendResult {
    guard mode == .acting else { throw .readOnly(path: path) }
    return try access { database, state in
      if let poison = state.poison { throw poison }
      do {
        return try self.append(records, expecting: expected, to: database, &state)
      } catch {
        state.poison = JournalFailure(error, path: self.path)
        throw error
      }
    }
  }

  public func entries(after position: Position) throws(JournalFailure) -> [Entry] {
    try access { database, state in
      try self.reading(database) {
        switch self.mode {
        case .acting: return try self.checkedEntries(after: position, in: database, &state)
        case .inspecting:
          let survey = try self.survey(database)
          state.quarantined = survey.quarantined
          return survey.entries.filter { $0.position > position }
        }
      }
    }
  }

  public func end() throws(JournalFailure) -> Position {
    try access { database, state in
      let last = try Rows.last(in: database) ?? self.genesis
      guard self.mode == .acting else { return last.position }
      guard last.position >= state.verified.position else {
        throw self.shortened(to: last.position, from: state.verified.position)
      }
      guard last.position > state.verified.position || last.hash == state.verified.hash else {
        throw self.rewritten(at: last.position)
      }
      return last.position
    }
  }

  private func append(
    _ records: [Control.Record], expecting expected: Position, to database: Database,
    _ state: inout State
  ) throws -> AppendResult {
    var result = AppendResult.appended(expected)
    var tail = state.verified
    try database.inTransaction(.immediate) {
      let before = try checkedEntries(after: expected, in: database, &state)
      guard before.isEmpty else {
        result = .conflict(before)
        return .rollback
      }
      tail = state.verified
      for record in records { tail = try Rows.insert(record, after: tail, in: database) }
      try Meta.write(tail: tail, to: database)
      result = .appended(tail.position)
      return .commit
    }
    if case .appended = result { state.verified = tail }
    return result
  }

  /// The entries after `position`, each checked to follow from the one before it up to the very
  /// end.
  ///
  /// Starts at what was verified before, or at `position` when that is earlier: the rows from there
  /// lead to the verified hash, which no other rows can.
  private func checkedEntries(
    after position: Position, in database: Database, _ state: inout State
  ) throws -> [Entry] {
    var walk = ChainWalk(
      from: try believed(at: min(position, state.verified.position), in: database, state))
    var entries: [Entry] = []
    try Rows.each(from: walk.end.position.next, in: database, path: path) { row in
      if let fault = walk.step(to: row).first { throw tampered(fault) }
      if row.position == state.verified.position, row.hash != state.verified.hash {
        throw rewritten(at: row.position)
      }
      guard row.position > position else { return }
      if let record = try decode(row, &state) {
        entries.append(Entry(position: row.position, record: record))
      }
    }
    if let fault = try Meta.fault(at: walk.end, in: database) { throw tampered(fault) }
    guard walk.end.position >= max(position, state.verified.position) else {
      throw shortened(to: walk.end.position, from: max(position, state.verified.position))
    }
    state.verified = walk.end
    return entries
  }

  /// The link at `position` to start from: a row that is there, and that is what it was.
  private func believed(
    at position: Position, in database: Database, _ state: State
  ) throws -> ChainLink {
    guard position > .start else { return genesis }
    guard let hash = try Rows.hash(at: position, in: database) else {
      throw tampered(ChainFault(at: position, kind: .missing(through: position)))
    }
    guard position != state.verified.position || hash == state.verified.hash else {
      throw rewritten(at: position)
    }
    return ChainLink(position: position, hash: hash)
  }

  /// The record of `row`; nil when it is quarantined.
  ///
  /// A row that was there when the journal was opened is set aside and told of. One that appears
  /// later comes from a process that writes what this one cannot read: going on would be to act on
  /// half the truth.
  private func decode(_ row: StoredRow, _ state: inout State) throws -> Control.Record? {
    do throws(RecordCoding.Undecodable) {
      return try RecordCoding.decode(row)
    } catch {
      switch error {
      case .newer(let format):
        throw JournalFailure.newer(path: path, found: format, supported: Int(RecordCoding.format))
      case .shape(let detail):
        let quarantine = QuarantinedRow(position: row.position, reason: .undecodable(detail))
        guard row.position <= state.opened else {
          throw JournalFailure.failed(
            path: path,
            detail: "\(quarantine); another version of pawl writes here: use one version")
        }
        state.quarantine(quarantine)
        return nil
      }
    }
  }
}

extension SQLiteJournal.State {
  /// Notes the row once, however often it is read.
  fileprivate mutating func quarantine(_ row: QuarantinedRow) {
    guard !quarantined.contains(where: { $0.position == row.position }) else { return }
    quarantined.append(row)
    quarantined.sort { $0.position < $1.position }
  }
}

extension SQLiteJournal {
  /// Runs `body` alone on the connection, and says every error in the journal's own words.
  func access<Result: Sendable>(
    _ body: (Database, inout State) throws -> Result
  ) throws(JournalFailure) -> Result {
    do {
      return try state.withLock { state in
        try database.writeWithoutTransaction { database in try body(database, &state) }
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

  func tampered(_ fault: ChainFault) -> JournalFailure {
    .tampered(path: path, at: fault.at, detail: fault.description)
  }

  private func shortened(to end: Position, from known: Position) -> JournalFailure {
    .tampered(
      path: path, at: end.next,
      detail: "it ended at entry \(known) when it was last read, now it ends at \(end)")
  }

  private func rewritten(at position: Position) -> JournalFailure {
    .tampered(
      path: path, at: position,
      detail: "entry \(position), or one before it, was replaced after it was read")
  }
}
