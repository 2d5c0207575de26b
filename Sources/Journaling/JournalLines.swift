public import Control
import Foundation
public import Vocabulary

/// A journal as a file of JSON lines: first whose it is, then every entry as it is stored.
public enum JournalLines {
  private struct Header: Codable {
    /// The version of this form.
    let pawlJournal: Int
    let delivery: String
    /// What stands for the entries before the first, when that is not the journal's first.
    var base: String?
  }

  /// The first version had no base; what needs none is still written in it.
  private static let version = 2

  /// Hands out the lines of `journal`, each with its newline.
  /// - Parameter last: where to end; nil stands for the end of the journal.
  /// - Returns: where the lines end, and how many entries they are.
  /// - Throws: at the first entry that does not hold; what was handed out until then is good.
  @discardableResult
  public static func write(
    _ journal: some StoredJournal, of delivery: DeliveryName, through last: Position? = nil,
    _ use: ([UInt8]) throws(JournalFailure) -> Void
  ) throws(JournalFailure) -> ChainLink {
    let base = try journal.base()
    try use(
      line(
        Header(
          pawlJournal: base == nil ? 1 : version, delivery: delivery.text, base: base?.line)))
    var walk = ChainWalk(from: base?.link ?? journal.genesis)
    let path = journal.path
    try journal.rows(after: walk.end.position) { row throws(JournalFailure) in
      if let last, row.position > last { return }
      if let fault = walk.step(to: row).first { throw JournalFailure(fault, path: path) }
      guard let line = EntryLine(row) else {
        throw .failed(path: path, detail: "entry \(row.position) is not UTF-8")
      }
      try use(line.bytes + [UInt8(ascii: "\n")])
    }
    return walk.end
  }

  /// One line, understood.
  enum Parsed {
    /// The first: what stands for everything before the entries.
    case beginning(StoredSnapshot?)
    case entry(StoredRow)
  }

  /// Understands lines that ``write(_:of:through:_:)`` wrote.
  struct Parser: Sendable {
    let name: String
    let delivery: DeliveryName
    private(set) var number = 0

    init(_ name: String, of delivery: DeliveryName) {
      self.name = name
      self.delivery = delivery
    }

    mutating func parse(_ bytes: some Sequence<UInt8>) throws(JournalFailure) -> Parsed {
      number += 1
      guard number > 1 else { return .beginning(try beginning(Data(bytes))) }
      guard let row = EntryLine(bytes)?.row else {
        throw .failed(path: name, detail: "line \(number) is not an entry of a journal")
      }
      return .entry(row)
    }

    private func beginning(_ line: Data) throws(JournalFailure) -> StoredSnapshot? {
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
      guard let text = header.base else { return nil }
      guard let base = StoredSnapshot(line: text.utf8) else {
        throw .failed(path: name, detail: "its first line holds a snapshot that pawl never writes")
      }
      return base
    }
  }

  /// Carries lines that ``write(_:of:through:_:)`` wrote into a journal, all or none.
  /// - Parameters:
  ///   - name: of the file, for messages.
  ///   - next: hands out the next line, without its newline; nil at the end.
  public static func carry(
    _ name: String, of delivery: DeliveryName, into target: any StoredJournal,
    _ next: () throws(JournalFailure) -> [UInt8]?
  ) throws(JournalFailure) -> Transplant.Carried {
    var parser = Parser(name, of: delivery)
    guard let first = try next(), case .beginning(let base) = try parser.parse(first) else {
      throw .failed(path: name, detail: "it is empty")
    }
    let transplant = try Transplant(from: name, behind: base, into: target)
    return try transplant.carry { _, take throws(JournalFailure) in
      while let line = try next() {
        if case .entry(let row) = try parser.parse(line) { try take(row) }
      }
    }
  }

  private static func line(_ value: some Encodable) -> [UInt8] {
    sortedJSON(value) + [UInt8(ascii: "\n")]
  }
}
