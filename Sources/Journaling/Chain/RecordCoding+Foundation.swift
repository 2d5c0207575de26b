import Control
import Foundation
import Vocabulary

/// What the core leaves to Foundation: records that are not plain, and why one cannot be read.
extension RecordCoding {
  static func encode(_ record: Record) throws -> [UInt8] {
    if let plain = plain(record) { return plain }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(record))
  }

  static func decode(_ row: StoredRow) throws(Undecodable) -> Record {
    try decode(row.body, format: row.format, at: row.at) { body throws(Undecodable) in
      do {
        return try JSONDecoder().decode(Record.self, from: Data(body))
      } catch {
        throw .shape(place(of: error))
      }
    }
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
