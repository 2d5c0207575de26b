import Control
import Decisions
import Testing
import Vocabulary

@Suite(.timeLimit(.minutes(1)))
struct ControllerTests {
  private let journal = MemoryJournal()
  private let lead = Lead()

  private func release(_ digit: Character) -> Command {
    .release(commit(digit), plan(digit), .everything)
  }

  @Test func `a controller leads and performs what was ordered until it is done`() async throws {
    let outside = Outside()
    let process = try Process("one", journal: journal, lead: lead, outside: outside)
    try await process.controller.order(release("2"))

    try await process.runToTheEnd()

    #expect(await process.controller.state.runs.values.map(\.conclusion) == [.promoted])
    #expect(outside.redeploys.map(\.slug).sorted() == ["t1", "t2"])
    #expect(outside.redeploys.map(\.token.epoch) == [Epoch(1), Epoch(1)])
    #expect(lead.seat(of: "one").holder() == nil)
  }

  @Test func `every effect is in the journal before it is sent`() async throws {
    let journal = journal
    let outside = Outside(tenants: 8, isDurable: { journal.contains($0) })
    let process = try Process("one", journal: journal, lead: lead, outside: outside)
    try await process.controller.order(release("2"))

    try await process.runToTheEnd()

    #expect(outside.redeploys.count == 8)
    #expect(outside.sentBeforeDurable == [])
  }

  @Test func `the state held is the fold over the journal`() async throws {
    let process = try Process("one", journal: journal, lead: lead, outside: Outside())
    try await process.controller.order(release("2"))
    try await process.runToTheEnd()

    let folded = try DecisionLoop(journal: journal)

    #expect(await process.controller.state == folded.state)
    #expect(folded.firstDivergence == nil)
  }

  @Test func `who takes the lead of a long journal keeps a snapshot for the next`() async throws {
    var loop = try DecisionLoop(journal: journal)
    let orders = Array(repeating: Event.command(.hold("again"), by: "somebody else"), count: 1_001)
    _ = try loop.submit(orders, at: Timestamp(milliseconds: 0))
    let process = try Process("one", journal: journal, lead: lead, outside: Outside())
    #expect(journal.snapshot() == .empty)

    try await process.controller.order(.unhold("done"))
    try await process.controller.order(release("2"))
    try await process.runToTheEnd()

    // The orders, and the entry by which it leads.
    #expect(journal.snapshot().position == Position(1_004))
    let held = await process.controller.state
    #expect(try DecisionLoop(journal: journal).state == held)
  }

  @Test func `a follower sends nothing and takes over when the leader lets go`() async throws {
    let outside = Outside()
    let seat = lead.seat(of: "somebody")
    #expect(seat.acquire())
    let process = try Process("two", journal: journal, lead: lead, outside: outside)
    try await process.controller.order(release("2"))
    async let running: Void = process.runToTheEnd()
    let following = await process.sight.first { _ in true }
    #expect(following?.isLeading == false)
    #expect(following?.otherLeader == "somebody")
    #expect(outside.observations == 0)

    seat.release()
    await process.clock.tick()

    try await running
    #expect(await process.controller.state.leader == "two")
    #expect(outside.redeploys.count == 2)
  }

  @Test func `a new leader sends what the old one left under a higher epoch`() async throws {
    var loop = try DecisionLoop(journal: journal)
    _ = try loop.submit([.led(by: "dead")], at: Timestamp(milliseconds: 1))
    let outside = Outside()
    let process = try Process("two", journal: journal, lead: lead, outside: outside)
    try await process.controller.order(release("2"))

    try await process.runToTheEnd()

    #expect(outside.redeploys.map(\.token.epoch) == [Epoch(2), Epoch(2)])
  }

  @Test func `a leader that was overtaken while it looked away sends and stores nothing more`()
    async throws
  {
    let outside = Outside()
    let process = try Process("one", journal: journal, lead: lead, outside: outside)
    journal.react { record in
      guard record.effects.contains(where: \.action.isMutating) else { return nil }
      return Record(at: record.at, event: .led(by: "two"), effects: [])
    }
    try await process.controller.order(release("2"))
    lead.lapse(
      from: "one", to: "two", once: { journal.records.contains { $0.event == .led(by: "two") } })
    async let running: Void = process.runToTheEnd()

    let overtaken = await process.sight.first { $0.state.leader == "two" }
    #expect(overtaken?.isLeading == false)
    #expect(outside.redeploys == [])
    await process.controller.stop()
    try await running
    #expect(outside.redeploys == [])
    #expect(journal.records.last?.event == .led(by: "two"))
  }

  @Test func `a leader that was overtaken and leads again does so under an epoch of its own`()
    async throws
  {
    let outside = Outside()
    let process = try Process("one", journal: journal, lead: lead, outside: outside)
    journal.react { record in
      guard record.effects.contains(where: \.action.isMutating) else { return nil }
      return Record(at: record.at, event: .led(by: "two"), effects: [])
    }
    try await process.controller.order(release("2"))
    async let running: Void = process.runToTheEnd()
    _ = await process.sight.first { $0.state.epoch == Epoch(2) }
    await process.clock.tick()

    try await running

    #expect(outside.redeploys.map(\.token.epoch) == [Epoch(3), Epoch(3)])
    #expect(await process.controller.state.runs.values.map(\.conclusion) == [.promoted])
  }

  @Test func `a kill switch set between the commit and the sending is honoured`() async throws {
    let outside = Outside()
    let process = try Process("one", journal: journal, lead: lead, outside: outside)
    journal.react { record in
      guard record.effects.contains(where: \.action.isMutating) else { return nil }
      return Record(at: record.at, event: .command(.kill("smoke"), by: "bob"), effects: [])
    }
    try await process.controller.order(release("2"))
    async let running: Void = process.runToTheEnd()

    let held = await process.sight.first { $0.held == 2 }
    #expect(held?.mutationsInFlight == 0)
    #expect(outside.redeploys == [])

    journal.order(.unkill("toast"))
    await process.clock.tick()
    try await running
    #expect(outside.redeploys.count == 2)
  }

  @Test func `a stop waits for what is in flight and sends nothing more`() async throws {
    let outside = Outside(tenants: 20, redeploysWait: true)
    let process = try Process("one", journal: journal, lead: lead, outside: outside)
    try await process.controller.order(release("2"))
    async let running: Void = process.runToTheEnd()
    _ = await process.sight.first { $0.mutationsInFlight == 16 }

    await process.controller.stop()
    await process.clock.tick()
    let stopping = await process.sight.first { _ in true }
    #expect(stopping?.mutationsInFlight == 16)
    outside.release()
    try await running

    #expect(outside.redeploys.count == 16)
    let outcomes = journal.records.count {
      if case .outcome(_, .redeployed) = $0.event { true } else { false }
    }
    #expect(outcomes == 16)
    #expect(await process.controller.state.runs.values.map(\.conclusion) == [nil])
  }

  @Test func `what was stopped is gone on with by the next process`() async throws {
    let outside = Outside(tenants: 20, redeploysWait: true)
    let first = try Process("one", journal: journal, lead: lead, outside: outside)
    try await first.controller.order(release("2"))
    async let running: Void = first.runToTheEnd()
    _ = await first.sight.first { $0.mutationsInFlight == 16 }
    await first.controller.stop()
    outside.release()
    try await running

    let second = try Process("two", journal: journal, lead: lead, outside: outside)
    try await second.runToTheEnd()

    #expect(await second.controller.state.runs.values.map(\.conclusion) == [.promoted])
    #expect(outside.redeploys.count == 20)
  }

  @Test func `a journal that fails stops everything`() async throws {
    let outside = Outside()
    let process = try Process("one", journal: journal, lead: lead, outside: outside)
    try await process.controller.order(release("2"))
    journal.fail(after: 3)

    await #expect(throws: JournalFailure.full(path: "memory")) { try await process.runToTheEnd() }

    #expect(outside.redeploys == [])
    #expect(lead.seat(of: "one").holder() == nil)
  }

  @Test func `an order that the journal could not take stops everything too`() async throws {
    let outside = Outside(redeploysWait: true)
    let process = try Process("one", journal: journal, lead: lead, outside: outside)
    try await process.controller.order(release("2"))
    async let failure = process.failure()
    _ = await process.sight.first { $0.mutationsInFlight == 2 }
    journal.fail(after: 0)

    await #expect(throws: JournalFailure.full(path: "memory")) {
      try await process.controller.order(.hold("audit"))
    }
    journal.recover()
    outside.release()

    #expect(await failure == .full(path: "memory"))
  }

  @Test func `two orders to one tenant never overlap`() async throws {
    let outside = Outside(redeploysWait: true)
    let process = try Process("one", journal: journal, lead: lead, outside: outside)
    try await process.controller.order(release("2"))
    async let running: Void = process.runToTheEnd()
    _ = await process.sight.first { $0.mutationsInFlight == 2 }

    try await process.controller.order(release("3"))
    _ = await process.sight.first { glance in
      glance.state.wanted.contains { $0.run == RunID(2) && $0.action.isMutating }
    }
    #expect(outside.redeploys.map(\.commit) == [commit("2"), commit("2")])
    outside.release()
    try await running

    #expect(outside.overlaps == [])
    #expect(outside.redeploys.suffix(2).map(\.commit) == [commit("3"), commit("3")])
    #expect(
      await process.controller.state.runs.values.map(\.conclusion) == [.superseded, .promoted])
  }

  @Test func `no more tenants are told to move at once than the lane is wide`() async throws {
    let outside = Outside(tenants: 40, redeploysWait: true)
    let process = try Process("one", journal: journal, lead: lead, outside: outside)
    try await process.controller.order(release("2"))
    async let running: Void = process.runToTheEnd()
    _ = await process.sight.first { $0.mutationsInFlight == 16 }

    outside.release()
    try await running

    #expect(outside.redeploys.count == 40)
    #expect(outside.inFlightMax <= 16)
  }

  @Test func `the poll of a tenant that nobody wants any more ends`() async throws {
    let outside = Outside()
    outside.ignoreOrders()
    let process = try Process("one", journal: journal, lead: lead, outside: outside)
    try await process.controller.order(release("2"))
    async let running: Void = process.run { glance in
      glance.state.runs.values.allSatisfy { !$0.isLive } && glance.readsInFlight == 0
        && !glance.state.runs.isEmpty
    }
    _ = await process.sight.first { $0.readsInFlight == 2 && $0.mutationsInFlight == 0 }
    await process.clock.tick { $0 > .seconds(1) }

    try await process.controller.order(.abort(RunID(1), "enough"))
    process.clock.advance(by: .seconds(5))
    try await running

    #expect(await process.controller.state.runs.values.map(\.conclusion) == [.stopped(.operator)])
    #expect(outside.observations <= 6)
  }
}
