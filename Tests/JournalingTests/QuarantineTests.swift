import Control
import Journaling
import Testing
import Vocabulary

struct QuarantineTests {
  private let unknownEvent = #"{"at":0,"effects":[],"event":{"sang":{"by":"mallory"}}}"#

  @Test func `a whole row that cannot be read is set aside and told of, and the journal opens`()
    throws
  {
    let bench = try Workbench()
    try bench.fill(2)
    try bench.forge(body: unknownEvent)
    try bench.fillOn(from: Position(3))

    let journal = try bench.open()
    let entries = try journal.entries(after: .start)

    #expect(entries.map(\.position.number) == [1, 2, 4])
    #expect(
      journal.quarantined.map(\.description) == [
        "entry 3 cannot be read: this version cannot read 'event'"
      ])
    #expect(try journal.append([sample(5)], expecting: Position(4)) == .appended(Position(5)))
    #expect(try bench.open(.inspecting).verify().holds)
  }

  @Test func `a quarantined row at the very end still counts for the position`() throws {
    let bench = try Workbench()
    try bench.fill(1)
    try bench.forge(body: "not JSON at all")

    let journal = try bench.open()

    #expect(try journal.entries(after: .start).map(\.position.number) == [1])
    #expect(try journal.end() == Position(2))
    #expect(try journal.append([sample(3)], expecting: Position(2)) == .appended(Position(3)))
  }

  @Test func `reading twice tells of a quarantined row once`() throws {
    let bench = try Workbench()
    try bench.forgeIntoNew(body: unknownEvent)
    let journal = try bench.open()

    _ = try journal.entries(after: .start)
    _ = try journal.entries(after: .start)

    #expect(journal.quarantined.map(\.position) == [Position(1)])
  }

  @Test func `a row that cannot be read and appears while running stops the process`() throws {
    let bench = try Workbench()
    try bench.fill(1)
    let journal = try bench.open()
    try bench.forge(body: unknownEvent)

    let failure = failure { () throws(JournalFailure) in
      try journal.append([sample(2)], expecting: Position(1))
    }

    #expect(
      failure
        == .failed(
          path: bench.path,
          detail: "entry 2 cannot be read: this version cannot read 'event'; "
            + "another version of pawl writes here: use one version"))
  }

  @Test func `a row in a newer format is not acted on`() throws {
    let bench = try Workbench()
    try bench.fill(1)
    try bench.forge(body: unknownEvent, format: 2)
    let journal = try bench.open()

    let failure = failure { () throws(JournalFailure) in try journal.entries(after: .start) }

    #expect(failure == .newer(path: bench.path, found: 2, supported: 1))
  }

  @Test func `a row in a newer format can be looked past`() throws {
    let bench = try Workbench()
    try bench.fill(1)
    try bench.forge(body: unknownEvent, format: 2)

    let journal = try bench.open(.inspecting)

    #expect(try journal.entries(after: .start).map(\.position.number) == [1])
    #expect(
      journal.quarantined.map(\.description) == [
        "entry 2 is in record format 2; this pawl reads up to 1"
      ])
  }

  @Test func `a record whose time is not the time beside it is set aside`() throws {
    let bench = try Workbench()
    try bench.forgeIntoNew(body: #"{"at":7,"effects":[],"event":{"led":{"by":"mallory"}}}"#)
    let journal = try bench.open()

    _ = try journal.entries(after: .start)

    #expect(
      journal.quarantined.map(\.description) == [
        "entry 1 cannot be read: its time differs from the time beside it"
      ])
  }
}

extension Workbench {
  /// Appends one more sample behind `position`.
  fileprivate func fillOn(from position: Position) throws {
    let journal = try open()
    _ = try journal.append([sample(Int(position.number) + 1)], expecting: position)
  }

  fileprivate func forgeIntoNew(body: String) throws {
    _ = try open()
    try forge(body: body)
  }
}
