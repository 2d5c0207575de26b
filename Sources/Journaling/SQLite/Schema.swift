import GRDB
import Vocabulary

/// The tables of a journal, and how older ones become today's.
enum Schema {
  /// "pawl" in ASCII: tells our files from every other SQLite database (PRAGMA application_id).
  static let applicationID: Int32 = 0x7061_776C

  /// The number of the newest migration.
  static var version: Int { migrations.count }

  /// Migration n takes schema n-1 to n; the first makes the tables. They are only ever added to,
  /// and only go forward: a schema with a higher number than ours is refused.
  ///
  /// The end of the chain is kept a second time in `meta`, in the transaction that moves it: rows
  /// that are cut off the end leave a perfectly good shorter chain behind, and only this notices.
  static let migrations: [@Sendable (Database) throws -> Void] = [
    { database in
      try database.execute(
        sql: """
          CREATE TABLE meta (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            schema INTEGER NOT NULL,
            delivery TEXT NOT NULL,
            tail_position INTEGER NOT NULL,
            tail_hash BLOB NOT NULL
          ) STRICT;
          CREATE TABLE entries (
            position INTEGER PRIMARY KEY CHECK (position >= 1),
            at INTEGER NOT NULL,
            format INTEGER NOT NULL,
            body TEXT NOT NULL,
            previous BLOB NOT NULL CHECK (length(previous) = 32),
            hash BLOB NOT NULL CHECK (length(hash) = 32)
          ) STRICT;
          """)
    },
    { database in
      try database.execute(
        sql: "CREATE TABLE snapshots (role TEXT PRIMARY KEY, line TEXT NOT NULL) STRICT")
    },
  ]

  /// The first schema with snapshots.
  static let snapshots = 2

  /// Makes an empty journal of `delivery` in an empty database.
  static func create(in database: Database, for delivery: DeliveryName) throws {
    try database.execute(sql: "PRAGMA application_id = \(applicationID)")
    try migrations[0](database)
    let genesis = ChainHash.genesis(of: delivery)
    try database.execute(
      sql:
        "INSERT INTO meta (id, schema, delivery, tail_position, tail_hash) VALUES (1, 1, ?, 0, ?)",
      arguments: [delivery.text, genesis.data])
    try migrate(database, from: 1)
  }

  /// Takes a schema that was found to today's, inside the caller's transaction.
  static func migrate(_ database: Database, from found: Int) throws {
    for step in migrations.dropFirst(found) { try step(database) }
    try database.execute(sql: "UPDATE meta SET schema = ? WHERE id = 1", arguments: [version])
  }
}
