public import Control
import GRDB
import Synchronization

extension SQLiteJournal {
  public func snapshot() throws(JournalFailure) -> DecisionLoop.Snapshot {
    let beginning = memory.withLock(\.beginning)
    return try beginning.snapshot()
  }

  public func keep(_ snapshot: DecisionLoop.Snapshot) {
    // Best effort, as the contract says: without it the next one folds more.
    try? changing { database, _ in
      try Rows.keep(try self.stored(snapshot, in: database), as: .newest, in: database)
    }
  }

  public func base() throws(JournalFailure) -> StoredSnapshot? {
    try access { database, _ in try Rows.snapshots(in: database).base }
  }

  public func compact(to snapshot: DecisionLoop.Snapshot) throws(JournalFailure) {
    try changing { database, _ in
      if try Rows.snapshots(in: database).base?.link.position == snapshot.position { return }
      let stored = try self.stored(snapshot, in: database)
      try Rows.keep(stored, as: .base, in: database)
      try Rows.remove(through: stored.link.position, in: database)
      if let newest = try Rows.snapshots(in: database).newest,
        newest.link.position <= stored.link.position
      {
        try Rows.forget(.newest, in: database)
      }
    }
  }

  private func stored(
    _ snapshot: DecisionLoop.Snapshot, in database: Database
  ) throws -> StoredSnapshot {
    try StoredSnapshot(snapshot, in: source(database), genesis: genesis, path: path)
  }

  /// Runs `body` in a transaction of its own, all or nothing.
  private func changing(
    _ body: (Database, inout ChainMemory) throws -> Void
  ) throws(JournalFailure) {
    guard mode == .acting else { throw .readOnly(path: path) }
    try access { database, memory in
      try database.inTransaction(.immediate) {
        try body(database, &memory)
        return .commit
      }
    }
  }
}
