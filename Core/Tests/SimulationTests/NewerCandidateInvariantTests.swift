import Testing
import Vocabulary

@testable import Decisions
@testable import Simulation

/// The promise that newer candidates take over can be broken in both directions.
@Suite struct NewerCandidateInvariantTests: BreaksPromises {
  private let ordered = Moment.committed(.led(by: "somebody"))

  @Test func `I5 a run that is superseded by nothing newer`() throws {
    let world = try promoted()
    var run = try #require(world.run(1))
    run.stage = .concluded(.superseded, "")

    #expect(violation(of: NewerCandidatesTakeOver(), at: .ended(run), in: world) == "I5")
  }

  @Test func `I5 a run that is superseded by a newer candidate is as it should be`() throws {
    let world = try promoted()
    try add(2, behind: 1, in: world)
    var run = try #require(world.run(1))
    run.stage = .concluded(.superseded, "")

    #expect(violation(of: NewerCandidatesTakeOver(), at: .ended(run), in: world) == nil)
  }

  @Test func `I5 a newer candidate that waits behind a run without a right to go on`() throws {
    let world = try moving()
    try add(2, behind: 1, in: world)

    #expect(violation(of: NewerCandidatesTakeOver(), at: ordered, in: world) == "I5")
  }

  @Test func `I5 a newer candidate waits while a set is mixed, or after many were superseded`()
    throws
  {
    let mixed = try writing()
    try add(2, behind: 1, in: mixed)
    let starved = try moving()
    try add(2, behind: 1, in: starved)
    var ended = try #require(starved.run(2))
    ended.stage = .concluded(.superseded, "")
    ended.generation = Generation(2)
    let enough = try #require(starved.run(1)).plan.rollout.mustFinishAfter
    var invariant = NewerCandidatesTakeOver()
    for _ in 0..<enough { try? invariant.check(.ended(ended), in: starved) }

    #expect(violation(of: NewerCandidatesTakeOver(), at: ordered, in: mixed) == nil)
    #expect(violation(of: invariant, at: ordered, in: starved) == nil)
  }

  /// A run of a newer commit, like the active one, as the next in the queue.
  private func add(_ number: Int, behind active: Int, in world: World) throws {
    let first = try #require(world.run(UInt64(active)))
    var run = Run(
      id: RunID(UInt64(number)), order: first.order, commit: History.commit(number),
      plan: first.plan, by: first.orderedBy, at: first.orderedAt, mayGoBackwards: false,
      mayShrink: false)
    run.candidate = first.candidate
    run.stage = .queued
    world.state.runs[run.id] = run
    world.state.queue.next = run.id
  }
}
