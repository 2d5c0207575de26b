import Control
import OrderedCollections
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

  private static func freeze(from: Int64) -> ReleaseWindow {
    ReleaseWindow(
      kind: .deny,
      span: .once(
        from: Timestamp(milliseconds: from), to: Timestamp(milliseconds: from + 600_000)),
      zone: ZoneOffsets(unknown: "UTC"), reason: "a sale")
  }
}
