import Control
import Testing
import Vocabulary

@testable import Decisions
@testable import Simulation

/// The promises about windows of tenants can be broken like the others.
@Suite struct WindowInvariantTests: BreaksPromises {
  @Test func `I26 a tenant that moves while its window is closed`() throws {
    let world = try world(until: { $0.run(1)?.rollout?.phase == .moving }) {
      $0.tenants[2] = $0.tenants[2].movable(in: [Self.freeze(from: 0)])
    }

    #expect(
      violation(
        of: TenantsMoveInTheirWindows(), at: sent(.redeploy(order(3, 1)), in: world), in: world)
        == "I26")
  }

  @Test func `I26 somebody left out who has no window, and a canary that was skipped`() throws {
    let world = try promoted()
    let batch = world.scenario.tenants[2].slug
    let canary = world.scenario.tenants[0].slug
    var run = try #require(world.run(1))
    run.rollout?.tenants[batch]?.status = .outsideWindow(opens: nil)
    var skipped = try #require(world.run(1))
    skipped.rollout?.tenants[canary]?.status = .outsideWindow(opens: nil)
    let windowed = try self.world(until: { _ in false }) {
      $0.tenants[0] = $0.tenants[0].movable(in: [Self.freeze(from: 90_000_000)])
    }

    #expect(violation(of: TenantsMoveInTheirWindows(), at: .ended(run), in: world) == "I26")
    #expect(violation(of: TenantsMoveInTheirWindows(), at: .ended(skipped), in: windowed) == "I26")
  }

  @Test func `I27 a wave that begins while a hold stands, or in a denied time`() throws {
    let world = try world(until: { $0.run(1)?.rollout?.phase == .moving }) { scenario in
      scenario.orders = []
      scenario.plan.rollout = scenario.plan.rollout.heedingFreezes
      scenario.plan.gates.rules = GateRules()
      scenario.plan.gates.rules?.windows = [Self.freeze(from: 90_000_000)]
      scenario.order(1, at: 0)
    }
    func begun() -> String? {
      violation(
        of: FreezesStopTheNextWave(resuming: ControlState()),
        at: .committed(.led(by: "alice")), in: world)
    }

    #expect(begun() == nil)
    _ = world.state.receive(.command(.hold("x"), by: "alice"), at: world.state.now)
    #expect(begun() == "I27")
    let denied = Timestamp(milliseconds: 90_000_001)
    _ = world.state.receive(.command(.unhold("x"), by: "alice"), at: denied)
    #expect(begun() == "I27")
  }

  private static func freeze(from: Int64) -> ReleaseWindow {
    ReleaseWindow(
      kind: .deny,
      span: .once(
        from: Timestamp(milliseconds: from), to: Timestamp(milliseconds: from + 600_000)),
      zone: ZoneOffsets(unknown: "UTC"), reason: "a sale")
  }
}
