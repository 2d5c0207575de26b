import Control
import Testing
import Vocabulary

@testable import Decisions
@testable import Simulation

/// The promises about the journal can be broken, too.
@Suite struct JournalInvariantTests: BreaksPromises {
  @Test func `I25 a state that the journal does not tell`() throws {
    let world = try promoted()
    world.state.facts.scopeCount = 99

    #expect(violation(of: JournalIsTheState(), at: .atRest, in: world) == "I25")
  }

  @Test func `I25 a state that the journal does not tell any more`() throws {
    let world = try promoted()
    var invariant = JournalIsTheState()
    try invariant.check(.atRest, in: world)
    world.state.facts.scopeCount = 99

    #expect(throws: Violation.self) { try invariant.check(.atRest, in: world) }
  }

  @Test func `I25 a process that was started from a snapshot nobody's journal tells`() throws {
    let world = try moving()
    let process = try #require(world.living.last.flatMap { world.processes[$0] })
    var state = world.state
    state.facts.scopeCount = 99
    let altered = DecisionLoop.Snapshot(state: state, position: world.snapshot.position)
    process.loop = try DecisionLoop(journal: world.journal, from: altered)

    for rebuilds in [true, false] {
      let invariant = JournalIsTheState(rebuilds: rebuilds)
      #expect(violation(of: invariant, at: .atRest, in: world) == "I25")
    }
  }

  @Test func `I25 an entry that comes back from its bytes as another`() throws {
    let world = try promoted()
    let entries = try world.journal.entries(after: .start)
    world.journal = SimulatedJournal { entry in
      entry.position == Position(3)
        ? Entry(position: entry.position, record: entries[0].record) : entry
    }
    _ = try world.journal.append(entries.map(\.record), expecting: .start)
    #expect(violation(of: JournalIsTheState(), at: .atRest, in: world) == nil)

    _ = try DecisionLoop(journal: RereadJournal(journal: world.journal))

    #expect(violation(of: JournalIsTheState(), at: .atRest, in: world) == "I25")
  }
}
