import Control
import Decisions
import Testing
import Vocabulary

struct DecisionLoopTests {
  private let moment = Timestamp(milliseconds: 5_000)

  private func hold(_ reason: Reason) -> Event { .command(.hold(reason), by: "alice") }

  private func record(_ event: Event, at milliseconds: Int64 = 5_000) -> Record {
    Record(at: Timestamp(milliseconds: milliseconds), event: event, effects: [])
  }

  @Test func `what was decided is in the journal with its effects`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)

    let effects = try loop.submit(
      [.command(.release(commit("2"), plan("2"), .everything), by: "alice")], at: moment)

    #expect(
      effects.map(\.action) == [.inspect(plan("2").releaseSet.members[0].builds[0]), .head("main")])
    #expect(journal.records.map(\.effects) == [effects])
    #expect(loop.position == Position(1))
  }

  @Test func `events are decided in order and committed together`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)

    _ = try loop.submit([hold("a"), hold("b")], at: moment)

    #expect(journal.records == [record(hold("a")), record(hold("b"))])
    #expect(loop.position == Position(2))
  }

  @Test func `a conflict is folded in and the event is decided again`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)
    journal.intrude([[record(hold("theirs"))], [record(hold("theirs too"))]])

    let effects = try loop.submit(
      [.command(.release(commit("2"), plan("2"), .everything), by: "alice")], at: moment)

    #expect(effects == [])
    #expect(loop.state.runs.values.map(\.conclusion) == [.refused(.productionGuard)])
    #expect(loop.state.safety.holds.map(\.reason) == ["theirs", "theirs too"])
    #expect(loop.position == Position(3))
  }

  @Test func `a hole of any size is gone over, and told of`() throws {
    let journal = MemoryJournal()
    journal.put(Entry(position: Position(UInt64(Int64.max)), record: record(hold("last"))))

    let loop = try DecisionLoop(journal: journal)

    #expect(loop.missing.first == Position(1))
    #expect(loop.position == Position(UInt64(Int64.max)))
    #expect(loop.state.safety.holds.map(\.reason) == ["last"])
  }

  @Test func `what closes a journal is stored behind what was read, or not at all`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)
    let epoch = try #require(try loop.lead(as: "alice", at: moment))
    let end = loop.position

    journal.intrude([[record(hold("theirs"))]])
    #expect(try !loop.submit([hold("closed")], at: moment, under: epoch, behind: end))
    #expect(loop.state.safety.holds.map(\.reason) == ["theirs"])
    #expect(try !loop.submit([hold("closed")], at: moment, under: epoch, behind: end))
    #expect(try loop.submit([hold("closed")], at: moment, under: epoch, behind: loop.position))
    #expect(loop.state.safety.holds.map(\.reason) == ["theirs", "closed"])
  }

  @Test func `an epoch that was overtaken closes nothing`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)
    let epoch = try #require(try loop.lead(as: "alice", at: moment))
    var other = try DecisionLoop(journal: journal)
    _ = try other.lead(as: "bob", at: moment)

    #expect(
      try !loop.submit([hold("closed")], at: moment, under: epoch, behind: other.position))
    #expect(loop.state.safety.holds == [])
  }

  @Test func `the effects of what others appended first come before ours`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)
    var other = try DecisionLoop(journal: MemoryJournal())
    let theirs = Event.command(.release(commit("2"), plan("2"), .everything), by: "bob")
    let effects = try other.submit([theirs], at: moment)
    journal.intrude([[Record(at: moment, event: theirs, effects: effects)]])

    let all = try loop.submit(
      [.command(.release(commit("3"), plan("3"), .everything), by: "alice")], at: moment)

    #expect(all.map(\.run) == [RunID(1), RunID(1), RunID(2), RunID(2)])
    #expect(Array(all.prefix(2)) == effects)
    #expect(loop.firstDivergence == nil)
  }

  @Test func `a failure leaves the state as it was`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)
    _ = try loop.submit([hold("a")], at: moment)
    let before = loop.state
    journal.fail(after: 0)

    #expect(throws: JournalFailure.full(path: "memory")) {
      try loop.submit([hold("b")], at: moment)
    }

    #expect(loop.state == before)
    #expect(loop.position == Position(1))
  }

  @Test func `an outcome nobody waits for is left out of the journal`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)

    let effects = try loop.submit([.outcome(EffectID(7), .rang)], at: moment)

    #expect(effects == [])
    #expect(journal.records == [])
  }

  @Test func `an outcome that comes twice in one batch is kept once`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)
    let effects = try loop.submit(
      [.command(.release(commit("2"), plan("2"), .everything), by: "alice")], at: moment)
    let outcome = Event.outcome(effects[1].id, .head(.found(commit("9"))))

    _ = try loop.submit([outcome, outcome], at: moment)

    #expect(journal.records.count == 2)
  }

  @Test func `an outcome that another process appended first is left out of ours`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)
    let effects = try loop.submit(
      [.command(.release(commit("2"), plan("2"), .everything), by: "alice")], at: moment)
    let theirs = Event.outcome(effects[1].id, .head(.absent))
    journal.intrude([[record(theirs)]])

    _ = try loop.submit([.outcome(effects[1].id, .head(.found(commit("9"))))], at: moment)

    #expect(journal.records.map(\.event).dropFirst() == [theirs])
  }

  @Test func `times in the journal never run backwards`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)

    _ = try loop.submit([hold("a")], at: Timestamp(milliseconds: 9_000))
    _ = try loop.submit([hold("b")], at: Timestamp(milliseconds: 4_000))

    #expect(journal.records.map(\.at.milliseconds) == [9_000, 9_000])
  }

  @Test func `times do not run backwards behind what others appended either`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)
    journal.intrude([[record(hold("theirs"), at: 9_000)]])

    _ = try loop.submit([hold("ours")], at: moment)

    #expect(journal.records.map(\.at.milliseconds) == [9_000, 9_000])
  }

  @Test func `a fold over the journal is the state that was held`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)
    _ = try loop.submit([.led(by: "a"), hold("a")], at: moment)
    _ = try loop.submit(
      [.command(.release(commit("2"), plan("2"), .everything), by: "alice")], at: moment)

    let folded = try DecisionLoop(journal: journal)

    #expect(folded.state == loop.state)
    #expect(folded.position == loop.position)
    #expect(folded.firstDivergence == nil)
  }

  @Test func `a fold that begins with the snapshot a journal keeps comes to the same`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)
    _ = try loop.submit([hold("a"), hold("b")], at: moment)
    journal.keep(try #require(loop.snapshot))
    _ = try loop.submit([hold("c")], at: moment)

    journal.lose(through: Position(2))
    let begun = try DecisionLoop(journal: journal)

    #expect(begun.beginning == Position(2))
    #expect(begun.state == loop.state)
    #expect(begun.missing == [])
    #expect(begun.snapshot == loop.snapshot)
  }

  @Test func `a fold that lacks entries is no snapshot`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)
    _ = try loop.submit([hold("a"), hold("b")], at: moment)
    journal.lose(through: Position(1))

    let holed = try DecisionLoop(journal: journal)

    #expect(holed.missing == [Position(1)])
    #expect(holed.snapshot == nil)
  }

  @Test func `a refresh returns the effects of what others appended once`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)
    var other = try DecisionLoop(journal: journal)
    let effects = try other.submit(
      [.command(.release(commit("2"), plan("2"), .everything), by: "bob")], at: moment)

    #expect(try loop.refresh() == effects)
    #expect(try loop.refresh() == [])
    #expect(loop.state == other.state)
  }

  @Test func `a journal written under other rules is told apart and not hidden`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)
    let strange = Effect(id: EffectID(1), run: RunID(1), action: .census, attempt: 1)
    journal.intrude([
      [record(hold("a")), Record(at: moment, event: hold("b"), effects: [strange])]
    ])

    _ = try loop.submit([hold("c")], at: moment)

    #expect(loop.firstDivergence == Position(2))
    #expect(loop.state.isWanted(EffectID(1)) == false)
  }

  @Test func `a journal on which somebody else always wins is given up`() throws {
    let journal = MemoryJournal()
    var loop = try DecisionLoop(journal: journal)
    journal.intrude(Array(repeating: [record(hold("theirs"))], count: 1_000))

    #expect(throws: JournalFailure.self) { try loop.submit([hold("ours")], at: moment) }
  }
}
