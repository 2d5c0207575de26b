import Control
import Foundation
import GRDB
import Vocabulary

/// The entries of a journal as rows of its table.
///
/// Values are taken out by optional conversion: GRDB's typed subscripts trap on a value of another
/// type, and a file from outside must not be able to do that.
enum Rows {
  /// Calls `use` for every row from `position` on, in order.
  static func each(
    from position: Position, in database: Database, path: String, _ use: (StoredRow) throws -> Void
  ) throws {
    // The cast hands out the bytes as they were written; reading text would repair invalid UTF-8.
    let statement = try database.cachedStatement(
      sql: """
        SELECT position, at, format, CAST(body AS BLOB), previous, hash
        FROM entries WHERE position >= ? ORDER BY position
        """)
    let rows = try Row.fetchCursor(statement, arguments: [Int64(clamping: position.number)])
    while let row = try rows.next() { try use(stored(row, path: path)) }
  }

  /// The position and hash of the last row.
  static func last(in database: Database) throws -> ChainLink? {
    let statement = try database.cachedStatement(
      sql: "SELECT position, hash FROM entries ORDER BY position DESC LIMIT 1")
    guard let row = try Row.fetchOne(statement),
      let number = UInt64.fromDatabaseValue(row[0]), let hash = ChainHash(stored: row[1])
    else { return nil }
    return ChainLink(position: Position(number), hash: hash)
  }

  /// The hash that the first row says it was written behind: it tells whose journal this is.
  static func origin(in database: Database) throws -> ChainHash? {
    let row = try Row.fetchOne(
      database, sql: "SELECT previous FROM entries ORDER BY position LIMIT 1")
    return row.flatMap { ChainHash(stored: $0[0]) }
  }

  /// The stored hash at `position`.
  static func hash(at position: Position, in database: Database) throws -> ChainHash? {
    let statement = try database.cachedStatement(sql: "SELECT hash FROM entries WHERE position = ?")
    let row = try Row.fetchOne(statement, arguments: [Int64(clamping: position.number)])
    return row.flatMap { ChainHash(stored: $0[0]) }
  }

  /// Whether the rows end with `link`, and are written down to.
  static func end(with link: ChainLink, in database: Database) throws -> Bool {
    let statement = try database.cachedStatement(
      sql: """
        SELECT 1 FROM meta, (SELECT position, hash FROM entries ORDER BY position DESC LIMIT 1) AS last
        WHERE id = 1 AND tail_position = ?1 AND tail_hash = ?2
          AND last.position = ?1 AND last.hash = ?2
        """)
    return try Int.fetchOne(
      statement, arguments: [Int64(link.position.number), link.hash.data]) == 1
  }

  static func insert(_ rows: [StoredRow], in database: Database) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO entries (position, at, format, body, previous, hash) VALUES (?, ?, ?, ?, ?, ?)
        """)
    try statement.insert(rows)
  }

  /// What is kept beside the rows.
  static func snapshots(in database: Database) throws -> Snapshots {
    // One who only looks leaves an older schema as it is.
    guard let schema = try Meta.read(database)?.schema, schema >= Schema.snapshots else {
      return Snapshots()
    }
    let rows = try Row.fetchAll(database, sql: "SELECT role, line FROM snapshots")
    return Snapshots(
      rows.compactMap { row in
        guard let role = String.fromDatabaseValue(row[0]),
          let line = String.fromDatabaseValue(row[1])
        else { return nil }
        return (role, line)
      })
  }

  static func keep(
    _ snapshot: StoredSnapshot, as role: Snapshots.Role, in database: Database
  ) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO snapshots (role, line) VALUES (?, ?)",
      arguments: [role.rawValue, snapshot.line])
  }

  static func forget(_ role: Snapshots.Role, in database: Database) throws {
    try database.execute(
      sql: "DELETE FROM snapshots WHERE role = ?", arguments: [role.rawValue])
  }

  /// Removes every row up to `position`.
  static func remove(through position: Position, in database: Database) throws {
    try database.execute(
      sql: "DELETE FROM entries WHERE position <= ?", arguments: [Int64(clamping: position.number)])
  }

  private static func stored(_ row: Row, path: String) throws(JournalFailure) -> StoredRow {
    let number = UInt64.fromDatabaseValue(row[0]) ?? 0
    guard let at = Int64.fromDatabaseValue(row[1]), let format = Int64.fromDatabaseValue(row[2]),
      let body = bytes(3, of: row, { [UInt8]($0) }),
      let previous = bytes(4, of: row, ChainHash.init),
      let hash = bytes(5, of: row, ChainHash.init)
    else {
      throw .tampered(
        path: path, at: Position(number), detail: "entry \(number) holds values pawl never writes")
    }
    return StoredRow(
      position: Position(number), at: Timestamp(milliseconds: at), format: format,
      body: body, previous: previous, hash: hash)
  }

  /// What `body` makes of the bytes in a column, where SQLite has them; nil for NULL.
  private static func bytes<Value>(
    _ column: Int, of row: Row, _ body: (UnsafeRawBufferPointer) -> Value?
  ) -> Value? {
    // Neither the closure nor a column that is there throws.
    try? row.withUnsafeData(atIndex: column) { data in
      data.flatMap { $0.withUnsafeBytes(body) }
    }
  }
}

extension ChainHash {
  /// Reads a stored value; nil when it is not 32 bytes.
  init?(stored value: DatabaseValue) {
    guard let data = Data.fromDatabaseValue(value) else { return nil }
    self.init(Array(data))
  }

  /// The form the store keeps.
  var data: Data { Data(bytes) }
}
