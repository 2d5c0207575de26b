import Testing
import Vocabulary

@testable import Decisions

/// A fleet of five of which lima, cairo and quito follow, one after the other where nothing else is said.
enum FreeTier {
  static let free = Tenant.Label(key: "tier", value: "free")

  /// Five tenants of whom lima, cairo and quito follow, one of them at a time.
  static func world() -> World {
    var world = World()
    world.tenants = [
      tenant("reno"), tenant("oslo"), tenant("lima", labels: [free]),
      tenant("cairo", labels: [free]), tenant("quito", labels: [free]),
    ]
    return world
  }

  static func plan(
    _ digit: Character, within: TimeSpan = .minutes(15), batch: RolloutPlan.Batch = .fixed(1),
    stragglersMax: Int = 0, canary: RolloutPlan.Canary = .slugs(["reno"]),
    gates: [ContextName] = [], label: Tenant.Label = free
  ) -> ReleasePlan {
    var plan = DecisionsTests.plan(digit, gates: gates, canary: canary)
    plan.rollout = plan.rollout.countingAgain.heedingFreezes.followed(
      by: RolloutPlan.Followers(
        label: label, within: within, batch: batch, stragglersMax: stragglersMax))
    return plan
  }

  /// A delivery in which `digits` were promoted, and everybody has followed.
  static func delivery(promoted digits: String = "") -> Delivery {
    var delivery = Delivery(world())
    for digit in digits {
      delivery.deploy(digit, .everything, plan(digit))
      delivery.answerAll()
    }
    return delivery
  }

  static func followUp(_ delivery: Delivery) throws -> Run {
    try #require(delivery.state.runs.values.last { $0.isFollowUp })
  }

  static func status(_ slug: TenantSlug, in run: Run) -> TenantProgress.Status? {
    run.rollout?.tenants[slug]?.status
  }
}

extension Action {
  var isFollowersClock: Bool {
    if case .wait(.followers, _) = self { true } else { false }
  }
}
