import Control
import Decisions
import Testing
import Vocabulary

@testable import Simulation

@Suite struct SimulatedJournalTests {
  private func record(_ name: ActorName) -> Record {
    Record(at: Timestamp(milliseconds: 1), event: .led(by: name), effects: [])
  }

  @Test func `entries are numbered from one and read after a position`() throws {
    let journal = SimulatedJournal()

    let result = try journal.append([record("a"), record("b")], expecting: .start)

    #expect(result == .appended(Position(2)))
    #expect(try journal.end() == Position(2))
    #expect(
      try journal.entries(after: Position(1)) == [Entry(position: Position(2), record: record("b"))]
    )
  }

  @Test func `who expects an older end is told what came first, and stores nothing`() throws {
    let journal = SimulatedJournal()
    _ = try journal.append([record("a")], expecting: .start)

    let result = try journal.append([record("b")], expecting: .start)

    #expect(result == .conflict([Entry(position: Position(1), record: record("a"))]))
    #expect(try journal.end() == Position(1))
  }

  @Test func `a lost tail is not stored, and the writer is told that it failed`() throws {
    let journal = SimulatedJournal()
    journal.sabotageNextAppend(.losesTail)

    #expect(throws: JournalFailure.self) { try journal.append([record("a")], expecting: .start) }

    #expect(try journal.end() == .start)
  }

  @Test func `a lost answer is stored, although the writer is told that it failed`() throws {
    let journal = SimulatedJournal()
    journal.sabotageNextAppend(.losesAnswer)

    #expect(throws: JournalFailure.self) { try journal.append([record("a")], expecting: .start) }

    #expect(try journal.end() == Position(1))
    #expect(try journal.append([record("b")], expecting: Position(1)) == .appended(Position(2)))
  }

  @Test func `nobody reads or writes what cannot be reached`() throws {
    let journal = SimulatedJournal()
    journal.isReachable = false

    #expect(throws: JournalFailure.self) { try journal.end() }
    #expect(throws: JournalFailure.self) { try journal.entries(after: .start) }
    #expect(throws: JournalFailure.self) { try journal.append([record("a")], expecting: .start) }

    journal.isReachable = true
    #expect(try journal.end() == .start)
  }

  @Test func `an effect is found by its number`() throws {
    let effect = Effect(id: EffectID(1), run: RunID(1), action: .census, attempt: 1)
    let journal = SimulatedJournal()

    let record = Record(at: Timestamp(milliseconds: 1), event: .led(by: "a"), effects: [effect])
    _ = try journal.append([record], expecting: .start)

    #expect(journal.effect(EffectID(1)) == effect)
    #expect(journal.effect(EffectID(2)) == nil)
  }

  @Test func `who comes back reads what was written, whatever it was`() throws {
    let journal = SimulatedJournal()
    let written = Record(
      at: Timestamp(milliseconds: 1),
      event: .command(.kill(#"says "no" \ nein, né"#), by: "a"), effects: [])
    let measured = Record(
      at: Timestamp(milliseconds: 2),
      event: .outcome(EffectID(1), .examined(.metric(.found(0.25)))), effects: [])
    _ = try journal.append([written, measured], expecting: .start)
    let reread = RereadJournal(journal: journal)

    #expect(try reread.entries(after: .start).map(\.record) == [written, measured])
    #expect(try reread.entries(after: Position(1)).map(\.record) == [measured])
    #expect(
      try reread.append([written], expecting: Position(1))
        == .conflict([Entry(position: Position(2), record: measured)]))
  }

  @Test func `who comes back goes on from the snapshot that was kept, and from what came after it`()
    throws
  {
    let journal = SimulatedJournal()
    var first = try DecisionLoop(journal: journal)
    _ = try first.submit([.led(by: "a")], at: Timestamp(milliseconds: 1))
    journal.keep(try #require(first.snapshot))
    _ = try first.submit([.led(by: "b")], at: Timestamp(milliseconds: 2))

    let second = try DecisionLoop(journal: RereadJournal(journal: journal))

    #expect(second.beginning == Position(1))
    #expect(second.position == Position(2))
    #expect(second.state == first.state)
  }

  @Test func `in one delivery of some bytes are read, in most none`() {
    let rereads = (1...640 as ClosedRange<UInt64>).count { seed in
      World(
        scenario: Scenario.released(commits: 1), faults: .none, random: SplitMix64(seed: seed),
        narrates: false
      ).journal.isReread
    }

    #expect((2...30).contains(rereads))
  }

  @Test func `a snapshot goes with the entries it stands for`() throws {
    let journal = SimulatedJournal()
    var loop = try DecisionLoop(journal: journal)
    _ = try loop.submit([.led(by: "a")], at: Timestamp(milliseconds: 1))
    journal.keep(try #require(loop.snapshot))

    #expect(try RereadJournal(journal: journal).snapshot() == loop.snapshot)
    let copy = journal.copy(withoutLast: 1)
    #expect(try RereadJournal(journal: copy).snapshot() == .empty)
    #expect(try copy.end() == .start)
  }
}
