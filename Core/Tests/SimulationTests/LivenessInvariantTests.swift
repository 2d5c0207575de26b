import Control
import Testing
import Vocabulary

@testable import Decisions
@testable import Simulation

/// Every promise of liveness can be broken too.
@Suite struct LivenessInvariantTests: BreaksPromises {
  /// A world that has healed before anything happened.
  private func healed() throws -> World {
    let world = try world(until: { _ in true }) { $0.horizon = 1 }
    world.healedAt = 0
    world.newestRunAtHealing = RunID(0)
    return world
  }

  @Test func `L1 a tenant that is left behind`() throws {
    #expect(violation(of: ConvergesOnTheHead(), at: .atRest, in: try healed()) == "L1")
  }

  @Test func `L1 a fleet that arrives too late`() throws {
    let world = try healed()
    for index in world.tenants.indices { world.tenants[index].running = 2 }
    world.movements = [Movement(at: 99_000_000, subject: .tenant("tenant-1"), commit: 2)]

    #expect(violation(of: ConvergesOnTheHead(), at: .atRest, in: world) == "L1")
  }

  @Test func `L2 a run too many that is superseded`() throws {
    let world = try moving()
    var run = try #require(world.run(1))
    run.stage = .concluded(.superseded, "")

    let moments = Moment.ended(run)

    #expect(
      violation(of: NobodyStarves(), at: moments, moments, moments, in: world) == nil)
    #expect(
      violation(of: NobodyStarves(), at: moments, moments, moments, moments, in: world) == "L2")
  }

  @Test func `L3 a channel that is left behind`() throws {
    #expect(violation(of: HalfPromotionsHeal(), at: .atRest, in: try healed()) == "L3")
  }

  @Test func `L4 an order that made no run`() throws {
    let world = try healed()
    let ordered = Moment.committed(
      .command(
        .release(History.commit(1), world.scenario.plan(for: 1), .everything), by: "alice"))

    #expect(violation(of: UnknownsResolve(), at: ordered, in: world) == "L4")
  }

  @Test func `L4 a run that learns nothing in a world that can be read`() throws {
    let world = try moving()
    world.newestRunAtHealing = RunID(0)
    var run = try #require(world.run(1))
    run.stage = .concluded(.refused(.unknown), "the head could not be read")

    #expect(violation(of: UnknownsResolve(), at: .ended(run), in: world) == "L4")
  }

  @Test func `L5 an effect that stays in doubt`() throws {
    let world = try moving()
    world.healedAt = 0

    #expect(violation(of: DoubtIsResolved(), at: .atRest, in: world) == "L5")
  }

  @Test func `L5 a refusal that does not say why`() throws {
    let world = try moving()
    var run = try #require(world.run(1))
    run.stage = .concluded(.refused(.unknown), "")

    #expect(violation(of: DoubtIsResolved(), at: .ended(run), in: world) == "L5")
  }

  @Test func `L6 a run that waits for its checks beyond the timeout`() throws {
    let world = try world(until: { $0.run(1)?.stage == .gating }) {
      $0.plan = Scenario.released(commits: 3, gates: ["ci"]).plan
      $0.orders = []
      $0.order(1, at: 0)
    }
    var invariant = LostReportsAreNoticed()
    let moment = Moment.committed(.command(.hold("x"), by: "alice"))
    try invariant.check(moment, in: world)
    world.now += 3_700_000

    #expect(violation(of: invariant, at: moment, in: world) == "L6")
  }

  @Test func `L7 an effect that is still held when the kill switch is off`() throws {
    let world = try moving()
    var invariant = KillOffResumes()
    try invariant.check(.committed(.command(.unkill("x"), by: "alice")), in: world)
    for id in world.processes.indices { world.processes[id]?.inFlight = [] }
    world.now += 130_000

    let moment = Moment.committed(.command(.hold("x"), by: "alice"))

    #expect(violation(of: invariant, at: moment, in: world) == "L7")
  }

  @Test func `L8 a tenant that is watched beyond its budget`() throws {
    let world = try world { $0.run(1)?.rollout?.tenants["tenant-1"]?.status == .settling }
    let watching = try #require(
      world.state.wanted.first { if case .settle = $0.action { true } else { false } })
    let receipt = Receipt(
      tenant: "tenant-1", expected: History.commit(1),
      finding: .unreachable(Unknown(.timedOut, "x")), samples: 3, elapsed: .minutes(9))

    let moment = Moment.committed(.outcome(watching.id, .settled(receipt)))

    #expect(violation(of: BadNewsComesInTime(), at: moment, in: world) == "L8")
  }

  @Test func `L9 a lead that nobody took for too long`() throws {
    let world = try moving()
    world.leaderlessSince = world.now - 3_000

    #expect(
      violation(of: SomebodyTakesOver(), at: .committed(.led(by: "somebody")), in: world) == "L9")
  }

  @Test func `L9 a process that waits for ever`() throws {
    let world = try moving()
    world.leader = nil

    #expect(violation(of: SomebodyTakesOver(), at: .atRest, in: world) == "L9")
  }

  @Test func `L10 a run that never ends`() throws {
    let world = try moving()
    world.healedAt = 0

    #expect(violation(of: EverythingEnds(), at: .atRest, in: world) == "L10")
  }

  @Test func `L11 a tenant that runs something else than it was told`() throws {
    let world = try promoted()
    world.healedAt = 0
    world.tenants[0].running = 2

    #expect(violation(of: ActualIsDesired(), at: .atRest, in: world) == "L11")
  }

  @Test func `L12 a restart when nothing is left to do`() throws {
    let world = try promoted()
    world.healedAt = 0
    world.now = world.thirdOrderAfter + 1

    #expect(
      violation(
        of: NothingToDoDoesNothing(), at: sent(.redeploy(order(1, 1)), in: world), in: world)
        == "L12")
    #expect(
      violation(
        of: NothingToDoDoesNothing(),
        at: sent(.redeploy(order(1, 1, manner: .keepIfRunning)), in: world), in: world) == nil)
  }

  @Test func `I15 a tenant that counts as proven and was not seen`() throws {
    let world = try world { $0.run(1)?.rollout?.tenants["tenant-1"]?.status == .settling }
    let watching = try #require(
      world.state.wanted.first { if case .settle = $0.action { true } else { false } })
    world.samples[watching.id] = [true, false]
    let receipt = Receipt(
      tenant: "tenant-1", expected: History.commit(1), finding: .proven, samples: 2,
      elapsed: .seconds(3))

    let moment = Moment.committed(.outcome(watching.id, .settled(receipt)))

    #expect(violation(of: ProofIsSeen(), at: moment, in: world) == "I15")
  }

  @Test func `I15 a tenant that was proven and is given up after one look`() throws {
    let world = try world(until: { world in
      world.state.wanted.contains { $0.action.isLookInSoak }
    }) { scenario in
      scenario.orders = []
      scenario.plan.rollout = scenario.plan.rollout.provingInSoak
      scenario.order(1, at: 0)
    }
    let look = try #require(world.state.wanted.first { $0.action.isLookInSoak })
    func given(_ finding: Receipt.Finding, by samples: [Bool]) -> String? {
      world.samples[look.id] = samples
      let receipt = Receipt(
        tenant: "tenant-1", expected: History.commit(1), finding: finding,
        samples: samples.count, elapsed: .seconds(3))
      return violation(
        of: ProofIsSeen(), at: .committed(.outcome(look.id, .settled(receipt))), in: world)
    }

    #expect(given(.unreachable(Unknown(.timedOut, "")), by: [true, false]) == "I15")
    #expect(given(.stale(History.commit(0)), by: [false]) == "I15")
    #expect(given(.unreachable(Unknown(.timedOut, "")), by: [true, false, false]) == nil)
  }

  @Test func `I7 a tenant that names a commit alike in its short form only`() throws {
    let world = try world { $0.run(1)?.rollout?.tenants["tenant-1"]?.status == .settling }
    let watching = try #require(
      world.state.wanted.first { if case .settle = $0.action { true } else { false } })
    let alike = Commit(normalized: History.commit(1).short + String(repeating: "e", count: 28))
    world.samples[watching.id] = [Observation.running(alike) == .running(History.commit(1))]
    let receipt = Receipt(
      tenant: "tenant-1", expected: History.commit(1), finding: .proven, samples: 1,
      elapsed: .seconds(3))

    let moment = Moment.committed(.outcome(watching.id, .settled(receipt)))

    #expect(violation(of: ProofIsSeen(), at: moment, in: world) == "I15")
  }

  @Test func `I24 a batch that begins early because a wall clock jumped`() throws {
    let world = try world { $0.run(1)?.rollout?.phase == .soaking }
    let tomorrow = Timestamp(milliseconds: world.now + 86_400_000)
    _ = world.state.receive(.command(.unhold("x"), by: "alice"), at: tomorrow)

    let moment = sent(.redeploy(order(2, 1)), in: world)

    #expect(world.state.now == tomorrow)
    #expect(violation(of: WavesKeepTheirOrder(), at: moment, in: world) == "I12")
  }

  @Test func `I16 a journal that is shorter than what was acknowledged`() throws {
    let world = try moving()
    var invariant = WhatIsDurableStays()
    try invariant.check(.committed(.led(by: "somebody")), in: world)
    world.journal = world.journal.copy(withoutLast: 1)

    #expect(violation(of: invariant, at: .powerReturned, in: world) == "I16")
  }
}

extension Action {
  /// Whether it asks a tenant that was proven before.
  fileprivate var isLookInSoak: Bool {
    if case .settle(_, _, let budget) = self { budget.refutedBy != nil } else { false }
  }
}
