import Testing
import Vocabulary

@testable import Decisions
@testable import Simulation

/// What is read for gates goes wrong like everything else.
@Suite struct GateFaultTests: BreaksPromises {
  private func gated(_ change: (inout GateRules) -> Void) -> GateRules {
    var rules = GateRules()
    change(&rules)
    return rules
  }

  private func world(
    gatedBy rules: GateRules, until isReached: (World) -> Bool,
    _ change: (inout Scenario) -> Void = { _ in }
  ) throws -> World {
    try world(until: isReached) {
      $0.plan = $0.plan.gated(by: rules)
      $0.orders = []
      $0.order(1, at: 0)
      change(&$0)
    }
  }

  private let switched: (inout GateRules) -> Void = {
    $0.killSwitch = KillSwitch(variable: VariableName(normalized: "RELEASES_DISABLED"))
  }
  private let e2e: (inout GateRules) -> Void = {
    $0.workflows = [WorkflowGate(file: WorkflowFile(normalized: "e2e.yml"))]
  }

  @Test func `I4 an effect that is sent before the live switch was read`() throws {
    let world = try world(gatedBy: gated(switched)) { $0.run(1)?.rollout?.phase == .moving }

    #expect(
      violation(
        of: KillSwitchStopsSending(), at: sent(.redeploy(order(1, 1)), in: world), in: world)
        == "I4")
  }

  @Test func `I6 a tenant that moves before a workflow has ended well`() throws {
    let world = try world(gatedBy: gated(e2e)) { $0.run(1)?.stage == .gating }

    #expect(
      violation(of: GatesAreGreen(), at: sent(.redeploy(order(1, 1)), in: world), in: world) == "I6"
    )
  }

  @Test func `I6 a tenant that moves and nobody approved it`() throws {
    let rules = gated {
      $0.approval = ApprovalGate(
        count: 1, approvers: [], excludesAuthor: true, lifetime: .minutes(60),
        plan: Scenario.digest(0, at: 0))
    }
    let world = try world(gatedBy: rules) { $0.run(1)?.stage == .gating }

    #expect(
      violation(of: GatesAreGreen(), at: sent(.redeploy(order(1, 1)), in: world), in: world) == "I6"
    )
  }

  @Test func `a release waits for a run that the forge makes late`() throws {
    let world = try world(gatedBy: gated(e2e), until: { _ in false }) {
      $0.misfortunes = [.strikes(.lateRun, atChance: 1)]
    }

    let run = try #require(world.run(1))
    #expect(
      run.conclusion == .promoted || run.conclusion == .deferred
        || run.conclusion == .refused(.gateRed))
    let made = try #require(world.forge.run(of: "e2e.yml", on: History.commit(1)))
    #expect(made.madeAt >= 10_000)
    #expect(world.sendings.allSatisfy { $0 >= made.endsAt })
  }

  @Test func `a release that finds the live switch set moves nothing`() throws {
    let world = try world(gatedBy: gated(switched), until: { _ in false }) {
      $0.misfortunes = [.strikes(.liveSwitch, atChance: 1)]
      $0.orders = []
      // The switch is set then, and cleared more than a minute later.
      $0.order(1, at: Self.switchIsSetAt + 1)
    }

    #expect(world.run(1)?.conclusion == .stopped(.killSwitch))
    #expect(world.sendings == [])
  }

  /// As a scenario without draws of its own has it.
  private static var switchIsSetAt: Int64 {
    var draws = SplitMix64(seed: Scenario.released(commits: 3).laterSeed)
    for _ in 0..<2 { _ = draws.next() }
    return draws.number(in: 0...1_800_000)
  }

  @Test func `an approval opens what waits for it`() throws {
    let rules = gated {
      $0.approval = ApprovalGate(
        count: 1, approvers: ["carol"], excludesAuthor: true, lifetime: .minutes(60),
        plan: Scenario.digest(0, at: 0))
    }
    let world = try world(gatedBy: rules, until: { _ in false }) {
      $0.orders += Scenario.approvals(of: History.commit(1), $0.plan, at: 90_000)
    }

    #expect(world.run(1)?.conclusion == .promoted)
    #expect(world.sendings.allSatisfy { $0 >= 90_000 })
  }

  @Test func `a page that was torn stops everybody until a copy is put back`() throws {
    let world = try world(until: { _ in false }) {
      $0.misfortunes = [.strikes(.tornPage, atChance: 1)]
    }

    #expect(world.strikes == [Strike(fault: .tornPage, chance: 1)])
    #expect(world.isRestored)
  }

  @Test func `a leader whose lease lapsed while it was stopped sends nothing more`() throws {
    let world = try world(until: { _ in false }) {
      $0.misfortunes = [.strikes(.pause, atChance: 3), .strikes(.lapsedLease, atChance: 1)]
    }

    #expect(world.strikes.contains(Strike(fault: .pause, chance: 3)))
    #expect(world.run(1)?.conclusion == .promoted)
  }

  @Test func `a process of an older version does nothing, and the order is given again`() throws {
    let world = try world(until: { _ in false }) {
      $0.misfortunes = [.strikes(.oldProgram, atChance: 1)]
    }

    #expect(world.run(1)?.conclusion == .promoted)
    #expect(world.run(2) == nil)
  }
}

/// The counts that invariants ask for are those of the whole fleet.
@Suite struct FleetWatchTests: BreaksPromises {
  @Test func `what is counted tenant by tenant is what is counted anew`() throws {
    for tenants in 1...8 {
      let world = try world(until: { $0.run(1)?.rollout?.phase == .reproving }) {
        $0.tenants = Scenario.fleet(of: tenants)
      }
      let run = try #require(world.run(1))

      #expect(world.fleetWatch == FleetWatch(of: run))
      #expect(world.fleetWatch.isThrough(before: 0))
    }
  }

  @Test func `the failed and the exposed are told apart`() throws {
    let world = try moving()
    world.state.runs[RunID(1)]?.rollout?.tenants["tenant-1"]?.status = .failed("it died")
    world.state.runs[RunID(1)]?.rollout?.tenants["tenant-2"]?.status = .settling

    let watch = FleetWatch(of: try #require(world.run(1)))

    #expect(watch.failed == 1)
    #expect(watch.failedInFirstWave == 1)
    #expect(watch.exposed == 2)
    #expect(watch.wave(of: "tenant-1") == 0)
    #expect(watch.isThrough(wave: 0))
    #expect(!watch.isThrough(wave: 1))
  }
}
