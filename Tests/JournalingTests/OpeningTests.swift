import Control
import Foundation
import GRDB
import Testing
import Vocabulary

@testable import Journaling

/// Files that are not the journal one hoped for: each is refused in words, and left as it is.
struct OpeningTests {
  @Test func `a missing directory is named`() throws {
    let bench = try Workbench()
    let path = bench.directory + "/none/journal.db"

    let failure = failure { () throws(JournalFailure) in
      try SQLiteJournal.open(path: path, delivery: "platform", mode: .acting)
    }

    #expect(
      failure
        == .unavailable(
          path: path, detail: "the directory \(bench.directory)/none does not exist; create it"))
  }

  @Test func `looking at a journal that is not there makes none`() throws {
    let bench = try Workbench()

    let failure = failure { () throws(JournalFailure) in try bench.open(.inspecting) }

    #expect(
      failure
        == .unavailable(
          path: bench.path, detail: "there is no journal yet; the first deploy makes it"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.directory) == [])
  }

  @Test func `a directory in the journal's place is refused`() throws {
    let bench = try Workbench()
    try FileManager.default.createDirectory(atPath: bench.path, withIntermediateDirectories: false)

    let failure = failure { () throws(JournalFailure) in try bench.open() }

    #expect(failure == .unavailable(path: bench.path, detail: "expected a file, found a directory"))
  }

  @Test(arguments: [SQLiteJournal.Mode.acting, .inspecting])
  func `a file that is no database is refused and not touched`(_ mode: SQLiteJournal.Mode) throws {
    let bench = try Workbench()
    let content = Data(String(repeating: "kind: Deployment\n", count: 100).utf8)
    try content.write(to: URL(fileURLWithPath: bench.path))

    let failure = failure { () throws(JournalFailure) in try bench.open(mode) }

    #expect(
      failure
        == .failed(
          path: bench.path,
          detail: "expected a pawl journal, found a file that is not an SQLite database"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: bench.path)) == content)
  }

  @Test func `another application's database is refused and not touched`() throws {
    let bench = try Workbench()
    try bench.meddle("PRAGMA application_id = 42; CREATE TABLE notes (text TEXT)")
    let before = try Data(contentsOf: URL(fileURLWithPath: bench.path))

    let failure = failure { () throws(JournalFailure) in try bench.open() }

    #expect(
      failure
        == .failed(
          path: bench.path,
          detail: "expected a pawl journal, found another application's SQLite database; "
            + "give the journal a path of its own"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: bench.path)) == before)
  }

  @Test func `an empty file is refused and stays empty`() throws {
    let bench = try Workbench()
    try Data().write(to: URL(fileURLWithPath: bench.path))

    let failure = failure { () throws(JournalFailure) in try bench.open() }

    #expect(
      failure
        == .failed(
          path: bench.path,
          detail: "expected a pawl journal, found an empty file or another SQLite database; "
            + "give the journal a path of its own"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: bench.path)).isEmpty)
  }

  @Test func `another delivery's journal is refused`() throws {
    let bench = try Workbench()
    try bench.fill(1)

    let failure = failure { () throws(JournalFailure) in try bench.open(as: "billing") }

    #expect(
      failure
        == .failed(
          path: bench.path,
          detail: "expected the journal of delivery 'billing', found that of 'platform'; "
            + "give each delivery a path of its own"))
  }

  @Test(arguments: [SQLiteJournal.Mode.acting, .inspecting])
  func `a newer schema is refused`(_ mode: SQLiteJournal.Mode) throws {
    let bench = try Workbench()
    try bench.fill(1)
    try bench.meddle("UPDATE meta SET schema = 9")

    let failure = failure { () throws(JournalFailure) in try bench.open(mode) }

    #expect(failure == .newer(path: bench.path, found: 9, supported: 2))
  }

  @Test func `a journal of the first schema is read as it is, and brought up to date to act`()
    throws
  {
    let bench = try Workbench()
    try bench.fill(3)
    try bench.meddle("DROP TABLE snapshots; UPDATE meta SET schema = 1")
    let records = (1...3).map { sample($0) }

    #expect(try bench.open(.inspecting).entries(after: .start).map(\.record) == records)
    #expect(try schema(of: bench) == 1)
    for _ in 1...2 {
      let journal = try bench.open()

      #expect(try journal.entries(after: .start).map(\.record) == records)
      #expect(try schema(of: bench) == Schema.version)
    }
    let journal = try bench.open()
    #expect(try journal.append([sample(4)], expecting: Position(3)) == .appended(Position(4)))
    journal.keep(try journal.fold(through: Position(4)))
    #expect(try bench.open().snapshot().position == Position(4))
  }

  @Test func `two who make the journal at once end with one`() async throws {
    let bench = try Workbench()

    let positions = try await withThrowingTaskGroup { group in
      for number in 1...4 {
        group.addTask {
          let journal = try bench.open(busyTimeout: .seconds(60))
          var expected = Position.start
          while case .conflict(let first) = try journal.append(
            [sample(number)], expecting: expected)
          {
            expected = first.last?.position ?? expected
          }
          return number
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }.sorted()
    }

    let stored = try bench.open().entries(after: .start)
    #expect(positions == [1, 2, 3, 4])
    #expect(stored.map(\.record.at.milliseconds).sorted() == [1, 2, 3, 4])
    let left = try FileManager.default.contentsOfDirectory(atPath: bench.directory)
    #expect(left.filter { $0.contains(".new-") } == [])
  }

  @Test func `somebody who holds the journal is waited for, then named busy`() throws {
    let bench = try Workbench()
    try bench.fill(1)
    let journal = try bench.open(busyTimeout: .milliseconds(50))
    let other = try bench.raw()
    try other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    defer { try? other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") } }

    let failure = failure { () throws(JournalFailure) in
      try journal.append([sample(2)], expecting: Position(1))
    }

    #expect(failure == .busy(path: bench.path))
    #expect(try journal.entries(after: .start).count == 1)
  }

  @Test func `after a failed append only a new opening appends again`() throws {
    let bench = try Workbench()
    try bench.fill(1)
    let journal = try bench.open(busyTimeout: .zero)
    let other = try bench.raw()
    try other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let first = failure { () throws(JournalFailure) in
      try journal.append([sample(2)], expecting: Position(1))
    }
    try other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }

    let second = failure { () throws(JournalFailure) in
      try journal.append([sample(2)], expecting: Position(1))
    }

    #expect(first == .busy(path: bench.path))
    #expect(second == .busy(path: bench.path))
    #expect(
      try bench.open().append([sample(2)], expecting: Position(1)) == .appended(Position(2)))
  }

  @Test func `a journal opened to look is not appended to`() throws {
    let bench = try Workbench()
    try bench.fill(1)
    let journal = try bench.open(.inspecting)

    let failure = failure { () throws(JournalFailure) in
      try journal.append([sample(2)], expecting: Position(1))
    }

    #expect(failure == .readOnly(path: bench.path))
  }

  @Test func `a damaged page is reported and nothing is appended`() throws {
    let bench = try Workbench()
    try bench.fill(200)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: bench.path))
    // The second page is the root of a table: its header becomes nonsense.
    try handle.seek(toOffset: 2 * 4096)
    try handle.write(contentsOf: Data(repeating: 0xFF, count: 4096))
    try handle.close()

    let failure = failure { () throws(JournalFailure) in try bench.open() }

    guard case .failed(bench.path, let detail)? = failure else {
      Issue.record("expected a failure, found \(String(describing: failure))")
      return
    }
    #expect(detail.hasPrefix("the SQLite file is damaged (code "))
  }

  private func schema(of bench: Workbench) throws -> Int? {
    try bench.raw().read { try Meta.read($0)?.schema }
  }
}
