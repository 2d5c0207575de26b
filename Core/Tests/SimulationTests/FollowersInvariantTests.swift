import Testing
import Vocabulary

@testable import Decisions
@testable import Simulation

/// The promise about followers can be broken like the others.
@Suite struct FollowersInvariantTests: BreaksPromises {
  /// A delivery in which the third tenant follows.
  private func following(until isReached: (World) -> Bool) throws -> World {
    try world(until: isReached) { scenario in
      let label = Tenant.Label(key: "tier", value: "free")
      let tenant = scenario.tenants[2]
      scenario.tenants[2] = Tenant(slug: tenant.slug, address: tenant.address, labels: [label])
      scenario.plan.rollout.followers = RolloutPlan.Followers(
        label: label, within: .minutes(15), batch: .fixed(1), stragglersMax: 0)
      scenario.orders = []
      scenario.order(1, at: 0)
    }
  }

  private func broken(
    by order: Redeploy, of run: UInt64, _ invariant: FollowersFollow, in world: World
  ) -> String? {
    violation(of: invariant, at: sent(.redeploy(order), run: run, in: world), in: world)
  }

  @Test func `I28 a release that moves a tenant that follows`() throws {
    let world = try following { $0.run(1)?.rollout?.phase == .moving }
    let invariant = FollowersFollow(resuming: world.state)

    #expect(broken(by: order(2, 1), of: 1, invariant, in: world) == nil)
    #expect(broken(by: order(3, 1), of: 1, invariant, in: world) == "I28")
  }

  @Test func `I28 a follow-up that moves somebody else`() throws {
    let world = try following { $0.run(2)?.rollout?.phase == .moving }
    let invariant = FollowersFollow(resuming: world.state)

    #expect(world.run(2)?.isFollowUp == true)
    #expect(broken(by: order(3, 1), of: 2, invariant, in: world) == nil)
    #expect(broken(by: order(2, 1), of: 2, invariant, in: world) == "I28")
  }

  @Test func `I28 a follow-up to what no channel shows, whatever a restored journal knows`()
    throws
  {
    let world = try following { $0.run(2)?.rollout?.phase == .moving }
    let nothingKnown = FollowersFollow(resuming: ControlState())

    #expect(broken(by: order(3, 1), of: 2, nothingKnown, in: world) == nil)
    world.tags = [:]
    #expect(broken(by: order(3, 1), of: 2, nothingKnown, in: world) == "I28")
  }
}
