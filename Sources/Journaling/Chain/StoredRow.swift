import Control
public import Vocabulary

/// An entry as it lies in the store, not yet decoded.
public struct StoredRow: Hashable, Sendable {
  public let position: Position
  let at: Timestamp
  let format: Int64
  /// Exactly the bytes that were written: hashed as they are and never encoded again, so an encoder
  /// that changes cannot break an old chain.
  let body: [UInt8]
  let previous: ChainHash
  let hash: ChainHash

  /// Whether the content gives the hash that is stored with it.
  var isWhole: Bool {
    hash
      == .entry(format: format, position: position, at: at, previous: previous, body: body)
  }

  var link: ChainLink { ChainLink(position: position, hash: hash) }

  init(
    position: Position, at: Timestamp, format: Int64, body: [UInt8], previous: ChainHash,
    hash: ChainHash
  ) {
    self.position = position
    self.at = at
    self.format = format
    self.body = body
    self.previous = previous
    self.hash = hash
  }

  /// `record` as it is stored behind `link`.
  init(_ record: Record, after link: ChainLink) throws {
    body = try RecordCoding.encode(record)
    position = link.position.next
    at = record.at
    format = RecordCoding.format
    previous = link.hash
    hash = .entry(format: format, position: position, at: at, previous: previous, body: body)
  }

  /// `records` one behind the other, the first behind `link`.
  static func chain(_ records: [Record], after link: ChainLink) throws -> [StoredRow] {
    var link = link
    return try records.map { record in
      let row = try StoredRow(record, after: link)
      link = row.link
      return row
    }
  }
}
