import Foundation
import Vocabulary

/// A stored row as one line of JSON: how entries travel in exports, archives and git.
struct EntryLine: Codable {
  let position: UInt64
  let at: Int64
  let format: Int64
  let previous: String
  let hash: String
  /// The stored bytes, which are JSON themselves, as they are.
  let body: String

  /// Nil for bytes that are not UTF-8, which pawl never writes.
  init?(_ row: StoredRow) {
    guard let body = String(validating: row.body, as: UTF8.self) else { return nil }
    position = row.position.number
    at = row.at.milliseconds
    format = row.format
    previous = row.previous.description
    hash = row.hash.description
    self.body = body
  }

  /// Nil when it is no such line.
  init?(_ bytes: some Sequence<UInt8>) {
    guard let line = try? JSONDecoder().decode(EntryLine.self, from: Data(bytes)) else {
      return nil
    }
    self = line
  }

  var bytes: [UInt8] { sortedJSON(self) }

  /// The stores count in 64 bits with a sign, so nothing that pawl wrote is beyond; what counts on from the
  /// very last number would trap.
  static let positionMax = UInt64(Int64.max)

  /// Nil when the hashes are not hashes, or no entry can be at that position.
  var row: StoredRow? {
    guard (1...Self.positionMax).contains(position),
      let previous = ChainHash(hexadecimal: previous), let hash = ChainHash(hexadecimal: hash)
    else { return nil }
    return StoredRow(
      position: Position(position), at: Timestamp(milliseconds: at), format: format,
      body: Array(body.utf8), previous: previous, hash: hash)
  }
}
