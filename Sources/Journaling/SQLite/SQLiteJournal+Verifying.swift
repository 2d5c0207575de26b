public import Control
import GRDB

extension SQLiteJournal {
  public func verify(behind archive: Archive?) throws(JournalFailure) -> Verification {
    try access { database, _ in
      try self.reading(database) {
        try self.source(database).verification(
          behind: archive, genesis: self.genesis, path: self.path,
          damage: try Self.damage(in: database))
      }
    }
  }

  public func verifySinceSnapshot() throws(JournalFailure) -> Verification {
    try access { database, memory in
      try self.reading(database) {
        try self.source(database).verification(
          from: memory.beginning.link, damage: try Self.damage(in: database))
      }
    }
  }

  /// What SQLite finds wrong with its own pages, in our words; nil when it finds nothing.
  private static func damage(in database: Database) throws -> String? {
    let answer = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)")
    return answer == "ok" ? nil : "SQLite's integrity check fails; restore the file from a copy"
  }
}
