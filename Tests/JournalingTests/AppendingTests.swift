import Control
import Decisions
import Journaling
import Testing
import Vocabulary

struct AppendingTests {
  @Test func `what was appended is read back in order by another opening`() throws {
    let bench = try Workbench()
    try bench.fill(3)

    let journal = try bench.open()

    #expect(
      try journal.entries(after: .start) == [
        Entry(position: Position(1), record: sample(1)),
        Entry(position: Position(2), record: sample(2)),
        Entry(position: Position(3), record: sample(3)),
      ])
    #expect(try journal.end() == Position(3))
  }

  @Test func `a new journal is empty and begins at position one`() throws {
    let bench = try Workbench()
    let journal = try bench.open()

    #expect(try journal.end() == .start)
    #expect(try journal.entries(after: .start) == [])
    #expect(try journal.append([sample(1)], expecting: .start) == .appended(Position(1)))
  }

  @Test func `entries are read from the middle on`() throws {
    let bench = try Workbench()
    try bench.fill(4)

    let journal = try bench.open()

    #expect(
      try journal.entries(after: Position(3)) == [Entry(position: Position(4), record: sample(4))])
    #expect(try journal.entries(after: Position(4)) == [])
  }

  @Test func `an append behind somebody else's stores nothing and tells what came first`() throws {
    let bench = try Workbench()
    let first = try bench.open()
    let second = try bench.open()
    _ = try first.append([sample(1), sample(2)], expecting: .start)

    let result = try second.append([sample(9)], expecting: .start)

    #expect(
      result
        == .conflict([
          Entry(position: Position(1), record: sample(1)),
          Entry(position: Position(2), record: sample(2)),
        ]))
    #expect(try first.end() == Position(2))
    #expect(try second.append([sample(3)], expecting: Position(2)) == .appended(Position(3)))
  }

  @Test func `an append that expects more than there is finds the journal cut`() throws {
    let bench = try Workbench()
    try bench.fill(2)
    let journal = try bench.open()

    let failure = failure { () throws(JournalFailure) in
      try journal.append([sample(5)], expecting: Position(4))
    }

    #expect(
      failure
        == .tampered(
          path: bench.path, at: Position(3),
          detail: "it ended at entry 4 when it was last read, now it ends at 2"))
  }

  @Test func `two writers who race for every place lose nothing and agree on the order`()
    async throws
  {
    let bench = try Workbench()
    _ = try bench.open()
    let appends = 200

    let views = try await withThrowingTaskGroup { group in
      for writer in 1...2 {
        group.addTask {
          var view = View(journal: try bench.open(busyTimeout: .seconds(60)))
          for number in 1...appends { try view.append(sample(writer * 1_000 + number)) }
          return view
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }

    let stored = try bench.open().entries(after: .start)
    #expect(stored.map(\.position.number) == Array(1...400))
    #expect(try views.map { try $0.caughtUp() } == [stored, stored])
    for writer in 1...2 {
      let own = stored.map(\.record).filter { $0.at.milliseconds / 1_000 == Int64(writer) }
      #expect(own == (1...appends).map { sample(writer * 1_000 + $0) })
    }
  }
}

/// What one writer believes to be in the journal, from its own appends and the conflicts it was
/// told of.
private struct View: Sendable {
  let journal: SQLiteJournal
  var entries: [Entry] = []

  var end: Position { entries.last?.position ?? .start }

  mutating func append(_ record: Control.Record) throws {
    while true {
      switch try journal.append([record], expecting: end) {
      case .appended(let position):
        entries.append(Entry(position: position, record: record))
        return
      case .conflict(let first): entries += first
      }
    }
  }

  /// The view with what others wrote since its last own append.
  func caughtUp() throws -> [Entry] { entries + (try journal.entries(after: end)) }
}
