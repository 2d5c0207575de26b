import GRDB
import Vocabulary

/// The one row about the journal itself.
struct Meta {
  let schema: Int
  let delivery: String
  let tail: ChainLink

  /// Nil when the row is missing or was never written like this.
  static func read(_ database: Database) throws -> Meta? {
    let statement = try database.cachedStatement(
      sql: "SELECT schema, delivery, tail_position, tail_hash FROM meta WHERE id = 1")
    guard let row = try Row.fetchOne(statement),
      let schema = Int.fromDatabaseValue(row[0]), let delivery = String.fromDatabaseValue(row[1]),
      let number = UInt64.fromDatabaseValue(row[2]), let hash = ChainHash(stored: row[3])
    else { return nil }
    return Meta(
      schema: schema, delivery: delivery, tail: ChainLink(position: Position(number), hash: hash))
  }

  /// Moves the tail; called in the transaction that appends.
  static func write(tail: ChainLink, to database: Database) throws {
    let statement = try database.cachedStatement(
      sql: "UPDATE meta SET tail_position = ?, tail_hash = ? WHERE id = 1")
    try statement.execute(arguments: [Int64(tail.position.number), tail.hash.data])
  }

  /// Compares `end`, where a walk along the rows came to, with the end that was written down.
  static func fault(at end: ChainLink, in database: Database) throws -> ChainFault? {
    guard let tail = try read(database)?.tail else {
      return ChainFault(at: end.position, kind: .end(recorded: nil))
    }
    return ChainFault(comparing: end, with: tail)
  }
}
