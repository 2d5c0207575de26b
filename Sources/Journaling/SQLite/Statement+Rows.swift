import GRDB
import GRDBSQLite
import Vocabulary

/// A statement that inserts rows, asked of SQLite directly: through GRDB every value becomes an object and a
/// copy first, which takes as long as inserting it.
extension Statement {
  /// Runs this once for each of `rows`, with its position, time, format, body, and the hash before it and its
  /// own.
  ///
  /// Only inside a transaction of GRDB's, which then rolls back what was inserted before an error.
  func insert(_ rows: [StoredRow]) throws {
    // What was bound is only there while its row is inserted.
    defer { sqlite3_clear_bindings(sqliteStatement) }
    for row in rows { try insert(row) }
  }

  private func insert(_ row: StoredRow) throws {
    let code = row.body.withUnsafeBytes { body in
      row.previous.withUnsafeBytes { previous in
        row.hash.withUnsafeBytes { hash in
          insert(row, body: body, previous: previous, hash: hash)
        }
      }
    }
    sqlite3_reset(sqliteStatement)
    guard code == SQLITE_DONE else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code))
    }
  }

  /// - Returns: what SQLite answers; `SQLITE_DONE` when the row is in.
  private func insert(
    _ row: StoredRow, body: UnsafeRawBufferPointer, previous: UnsafeRawBufferPointer,
    hash: UnsafeRawBufferPointer
  ) -> Int32 {
    let statement = sqliteStatement
    // A text of no length is one only with an address.
    let text = (body.baseAddress ?? hash.baseAddress)?.assumingMemoryBound(to: CChar.self)
    // Without a destructor SQLite makes no copy.
    guard sqlite3_bind_int64(statement, 1, Int64(row.position.number)) == SQLITE_OK,
      sqlite3_bind_int64(statement, 2, row.at.milliseconds) == SQLITE_OK,
      sqlite3_bind_int64(statement, 3, row.format) == SQLITE_OK,
      sqlite3_bind_text64(statement, 4, text, UInt64(body.count), nil, UInt8(SQLITE_UTF8))
        == SQLITE_OK,
      sqlite3_bind_blob64(statement, 5, previous.baseAddress, UInt64(previous.count), nil)
        == SQLITE_OK,
      sqlite3_bind_blob64(statement, 6, hash.baseAddress, UInt64(hash.count), nil) == SQLITE_OK
    else { return sqlite3_extended_errcode(sqlite3_db_handle(statement)) }
    return sqlite3_step(statement)
  }
}
