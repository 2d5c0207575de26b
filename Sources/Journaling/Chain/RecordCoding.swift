import Control
import Foundation
import Vocabulary

/// The stored form of a record: JSON with sorted keys, no spaces and no escaped slashes, in UTF-8.
///
/// The keys are the names of cases and labels in the core, as Swift's synthesised `Codable` writes
/// them. Encoding is used once, when a record is written; the bytes are the truth from then on.
enum RecordCoding {
  /// Raised when the shape of a record changes so that an older pawl must not go on without
  /// understanding it: a new case of `Event`, `Command`, `Action` or `Outcome`, or a new meaning of
  /// an old one.
  static let format: Int64 = 1

  static func encode(_ record: Record) throws -> [UInt8] {
    if let plain = PlainJSON.encode(record) { return plain }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(record))
  }

  /// Reads what any version up to this one has written.
  static func decode(_ row: StoredRow) throws(Undecodable) -> Record {
    guard row.format <= format else { throw .newer(Int(row.format)) }
    let plain = PlainJSON.decode(Record.self, from: row.body)
    let record = if let plain { plain } else { try decode(row.body) }
    guard record.at == row.at else { throw .shape("its time differs from the time beside it") }
    return record
  }

  private static func decode(_ body: [UInt8]) throws(Undecodable) -> Record {
    do {
      return try JSONDecoder().decode(Record.self, from: Data(body))
    } catch {
      throw .shape(place(of: error))
    }
  }

  /// Why a whole row cannot be understood.
  enum Undecodable: Error {
    case newer(Int)
    case shape(String)
  }

  /// Where in the record the decoder stopped; never the content itself.
  private static func place(of error: any Error) -> String {
    let path: [any CodingKey]
    switch error {
    case DecodingError.keyNotFound(let key, let context): path = context.codingPath + [key]
    case DecodingError.typeMismatch(_, let context): path = context.codingPath
    case DecodingError.valueNotFound(_, let context): path = context.codingPath
    case DecodingError.dataCorrupted(let context): path = context.codingPath
    default: path = []
    }
    let keys = path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    return printable(
      keys.isEmpty ? "it is not a record this version knows" : "this version cannot read '\(keys)'",
      charactersMax: 200)
  }
}
