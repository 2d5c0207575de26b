public import Control
import Foundation
public import Vocabulary

/// A journal as a file of JSON lines: first whose it is, then every entry as it is stored.
public enum JournalLines {
  private struct Header: Codable {
    /// The version of this form.
    let pawlJournal: Int
    let delivery: String
  }

  private static let version = 1

  /// Hands out the lines of `journal`, each with its newline.
  /// - Throws: at the first entry that does not hold; what was handed out until then is good.
  public static func write(
    _ journal: some StoredJournal, of delivery: DeliveryName,
    _ use: ([UInt8]) throws(JournalFailure) -> Void
  ) throws(JournalFailure) -> ChainLink {
    try use(line(Header(pawlJournal: version, delivery: delivery.text)))
    var walk = ChainWalk(from: journal.genesis)
    let path = journal.path
    try journal.rows(after: .start) { row throws(JournalFailure) in
      if let fault = walk.step(to: row).first { throw JournalFailure(fault, path: path) }
      guard let line = EntryLine(row) else {
        throw .failed(path: path, detail: "entry \(row.position) is not UTF-8")
      }
      try use(line.bytes + [UInt8(ascii: "\n")])
    }
    return walk.end
  }

  /// Reads lines that ``write(_:of:_:)`` wrote and carries them into a journal.
  public struct Reader {
    private let name: String
    private let delivery: DeliveryName
    private var transplant: Transplant
    private var number = 0

    /// - Parameter name: of the file, for messages.
    public init(
      _ name: String, of delivery: DeliveryName, into target: any StoredJournal
    ) throws(JournalFailure) {
      self.name = name
      self.delivery = delivery
      transplant = try Transplant(from: name, into: target)
    }

    /// Takes the next line, without its newline.
    public mutating func take(_ bytes: some Sequence<UInt8>) throws(JournalFailure) {
      number += 1
      guard number > 1 else { return try check(Data(bytes)) }
      guard let row = EntryLine(bytes)?.row else {
        throw .failed(path: name, detail: "line \(number) is not an entry of a journal")
      }
      try transplant.take(row)
    }

    /// - Returns: where the journal ends, and how many entries it did not have before.
    public mutating func finish() throws(JournalFailure) -> (end: ChainLink, carried: Int) {
      guard number > 0 else { throw .failed(path: name, detail: "it is empty") }
      return (try transplant.finish(), transplant.carried)
    }

    private func check(_ line: Data) throws(JournalFailure) {
      guard let header = try? JSONDecoder().decode(Header.self, from: line) else {
        throw .failed(
          path: name, detail: "expected what 'pawl journal export' writes, found another file")
      }
      guard header.pawlJournal <= JournalLines.version else {
        throw .newer(path: name, found: header.pawlJournal, supported: JournalLines.version)
      }
      guard header.delivery == delivery.text else {
        throw .failed(
          path: name,
          detail: "expected the journal of delivery '\(delivery)', found that of "
            + "'\(printable(header.delivery, charactersMax: 63))'")
      }
    }
  }

  private static func line(_ value: some Encodable) -> [UInt8] {
    sortedJSON(value) + [UInt8(ascii: "\n")]
  }
}
