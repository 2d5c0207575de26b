import Control
import Decisions
import Foundation
import GRDB
import Vocabulary

@testable import Journaling

/// A directory of its own for one test, and the journal in it, reached past the journal's own API
/// too.
final class Workbench: Sendable {
  let directory: String

  init() throws {
    directory =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("pawl-journal-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  var path: String { directory + "/journal.db" }

  func open(
    _ mode: SQLiteJournal.Mode = .acting, as delivery: DeliveryName = "platform",
    busyTimeout: TimeSpan = .seconds(5)
  ) throws(JournalFailure) -> SQLiteJournal {
    try SQLiteJournal.open(path: path, delivery: delivery, mode: mode, busyTimeout: busyTimeout)
  }

  /// A journal of `count` entries that is closed again.
  func fill(_ count: Int) throws {
    let journal = try open()
    _ = try journal.append((1...count).map { sample($0) }, expecting: .start)
  }

  /// Does to the file what pawl never would.
  func meddle(_ sql: String) throws {
    try raw().write { try $0.execute(sql: sql) }
  }

  func raw() throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Empties the journal so that nothing in the file tells.
  func clear(as delivery: DeliveryName = "platform") throws {
    try raw().write { database in
      try database.execute(sql: "DELETE FROM entries")
      try Meta.write(
        tail: ChainLink(position: .start, hash: .genesis(of: delivery)), to: database)
    }
  }

  /// Appends a row whose hashes are all right, whatever its body is.
  func forge(body: String, format: Int64 = RecordCoding.format, at: Int64 = 0) throws {
    try raw().write { database in
      guard let tail = try Meta.read(database)?.tail else { throw CocoaError(.fileReadCorruptFile) }
      let position = tail.position.next
      let hash = ChainHash.entry(
        format: format, position: position, at: Timestamp(milliseconds: at), previous: tail.hash,
        body: Array(body.utf8))
      try database.execute(
        sql: """
          INSERT INTO entries (position, at, format, body, previous, hash)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          Int64(position.number), at, format, body, tail.hash.data, hash.data,
        ])
      try Meta.write(tail: ChainLink(position: position, hash: hash), to: database)
    }
  }
}

/// The nth of a row of records that all differ.
func sample(_ number: Int) -> Control.Record {
  Control.Record(
    at: Timestamp(milliseconds: Int64(number)),
    event: .outcome(EffectID(UInt64(number)), .rang),
    effects: [Effect(id: EffectID(UInt64(number) + 1), run: RunID(1), action: .census, attempt: 1)])
}

/// What `body` failed with.
func failure<Result>(
  of body: () throws(JournalFailure) -> Result
) -> JournalFailure? {
  do {
    _ = try body()
    return nil
  } catch {
    return error
  }
}
