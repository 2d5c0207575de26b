import Control
import Journaling
import Testing
import Vocabulary

/// Every way to change a journal behind pawl's back, with the place where it is noticed.
struct TamperingTests {
  struct Deed: Sendable, CustomTestStringConvertible {
    let what: String
    let sql: String
    let at: UInt64
    let detail: String

    var testDescription: String { what }
  }

  static let deeds = [
    Deed(
      what: "a body is edited",
      sql: "UPDATE entries SET body = replace(body, '3', '7') WHERE position = 3",
      at: 3,
      detail: "entry 3 was altered after it was written: its hash does not match its content"),
    Deed(
      what: "a time is edited", sql: "UPDATE entries SET at = at + 1 WHERE position = 2", at: 2,
      detail: "entry 2 was altered after it was written: its hash does not match its content"),
    Deed(
      what: "a format is edited", sql: "UPDATE entries SET format = 0 WHERE position = 2", at: 2,
      detail: "entry 2 was altered after it was written: its hash does not match its content"),
    Deed(
      what: "a hash is edited", sql: "UPDATE entries SET hash = zeroblob(32) WHERE position = 4",
      at: 4,
      detail: "entry 4 was altered after it was written: its hash does not match its content"),
    Deed(
      what: "two rows are swapped",
      sql: """
        UPDATE entries SET position = 100 WHERE position = 2;
        UPDATE entries SET position = 2 WHERE position = 3;
        UPDATE entries SET position = 3 WHERE position = 100
        """, at: 2,
      detail: "entry 2 does not follow the entry before it: one of them was replaced"),
    Deed(
      what: "a row in the middle is deleted", sql: "DELETE FROM entries WHERE position = 3", at: 3,
      detail: "entry 3 is missing"),
    Deed(
      what: "the beginning is deleted", sql: "DELETE FROM entries WHERE position <= 2", at: 1,
      detail: "entries 1 to 2 are missing"),
    Deed(
      what: "an entry is put at the very last place",
      sql: "UPDATE entries SET position = 9223372036854775807 WHERE position = 5", at: 5,
      detail: "entries 5 to 9223372036854775806 are missing"),
    Deed(
      what: "the end is cut off", sql: "DELETE FROM entries WHERE position >= 4", at: 4,
      detail: "entries 4 to 5 are missing"),
    Deed(
      what: "everything is deleted", sql: "DELETE FROM entries", at: 1,
      detail: "entries 1 to 5 are missing"),
    Deed(
      what: "the note of the end is moved back", sql: "UPDATE meta SET tail_position = 4", at: 5,
      detail: "it ends at entry 5, but was written down to end at 4"),
    Deed(
      what: "the hash in the note is edited", sql: "UPDATE meta SET tail_hash = zeroblob(32)",
      at: 5,
      detail: "entry 5 is not the one that was written last: it was replaced"),
    Deed(
      what: "the note is deleted", sql: "DELETE FROM meta", at: 0,
      detail: "the row that describes the journal is gone"),
    Deed(
      what: "the delivery is renamed", sql: "UPDATE meta SET delivery = 'other'", at: 0,
      detail: "the name of its delivery was changed to 'other'"),
  ]

  @Test(arguments: deeds)
  func `a journal that was tampered with is refused for acting, with the place`(_ deed: Deed) throws
  {
    let bench = try Workbench()
    try bench.fill(5)
    try bench.meddle(deed.sql)

    let failure = failure { () throws(JournalFailure) in try bench.open() }

    #expect(failure == .tampered(path: bench.path, at: Position(deed.at), detail: deed.detail))
  }

  @Test(arguments: deeds)
  func `a process that has the journal open notices it too`(_ deed: Deed) throws {
    let bench = try Workbench()
    try bench.fill(5)
    let journal = try bench.open()
    try bench.meddle(deed.sql)

    let failure = failure { () throws(JournalFailure) in try journal.entries(after: .start) }

    // The name of the delivery is looked at when the journal is opened, and is part of every hash.
    guard deed.what != "the delivery is renamed" else {
      #expect(failure == nil)
      return
    }
    guard case .tampered(bench.path, _, _)? = failure else {
      Issue.record("expected tampering to be noticed, found \(String(describing: failure))")
      return
    }
  }

  @Test func `a chain that was written anew is noticed by whoever knew the old one`() throws {
    let bench = try Workbench()
    try bench.fill(2)
    let journal = try bench.open()
    try bench.clear()
    try bench.forge(body: #"{"at":0,"effects":[],"event":{"led":{"by":"mallory"}}}"#)
    try bench.forge(body: #"{"at":0,"effects":[],"event":{"led":{"by":"mallory"}}}"#)

    let failure = failure { () throws(JournalFailure) in
      try journal.append([sample(3)], expecting: Position(2))
    }

    #expect(
      failure
        == .tampered(
          path: bench.path, at: Position(2),
          detail: "entry 2, or one before it, was replaced after it was read"))
  }

  @Test func `a journal that became shorter is noticed before the next effect`() throws {
    let bench = try Workbench()
    try bench.fill(5)
    let journal = try bench.open()
    try bench.meddle("DELETE FROM entries WHERE position > 3")

    let failure = failure { () throws(JournalFailure) in try journal.end() }

    #expect(
      failure
        == .tampered(
          path: bench.path, at: Position(4),
          detail: "it ended at entry 5 when it was last read, now it ends at 3"))
  }

  @Test func `what is still whole in a damaged journal can be looked at`() throws {
    let bench = try Workbench()
    try bench.fill(5)
    try bench.meddle("UPDATE entries SET body = replace(body, '2', '7') WHERE position = 2")
    try bench.meddle("DELETE FROM entries WHERE position = 4")

    let journal = try bench.open(.inspecting)
    let entries = try journal.entries(after: .start)
    let verification = try journal.verify()

    #expect(entries.map(\.position.number) == [1, 3, 5])
    #expect(journal.quarantined.map(\.description) == ["entry 2 was altered after it was written"])
    #expect(verification.holds == false)
    #expect(verification.entries == 4)
    #expect(verification.missing == [Position(4)...Position(4)])
    #expect(verification.faults.map(\.at.number) == [2, 4])
    #expect(verification.faults.map(\.kind) == [.altered, .missing(through: Position(4))])
  }

  @Test func `an untouched journal verifies and names its ends`() throws {
    let bench = try Workbench()
    try bench.fill(3)

    let verification = try bench.open(.inspecting).verify()

    #expect(verification.holds)
    #expect(verification.entries == 3)
    #expect(verification.first?.position == Position(1))
    #expect(verification.last?.position == Position(3))
    #expect(verification.last?.hash.description.utf8.count == 64)
    #expect(verification.quarantined == [])
    #expect(verification.damage == nil)
  }
}
