import Control
import Testing

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

    #expect(violation(of: JournalIsTheState(), at: .atRest, in: world) == "I25")
  }
}
