import Decisions
import Vocabulary

/// What effects queue for. Lanes keep the work in flight under named limits (invariant I20), and keep two
/// orders to one target from overtaking each other (I5b).
enum Lane {
  /// How many effects of one kind may be in flight at once in one process.
  static func inFlightMax(_ action: Action) -> Int {
    switch action {
    case .inspect, .point, .keep, .remove, .probe: 8
    case .copy, .bring: 4
    case .head, .compare, .census: 4
    case .redeploy: 16
    case .observe: 64
    // One that settles mostly waits; how many are asked at once is the connections' business.
    case .settle, .wait: 10_000
    case .examine: 8
    }
  }

  /// Which limit an action counts against, from 0. Those of one kind have the same.
  static func kind(_ action: Action) -> Int {
    switch action {
    case .inspect, .point, .keep, .remove, .probe: 0
    case .copy, .bring: 5
    case .head, .compare, .census: 1
    case .redeploy: 2
    case .observe: 3
    case .settle: 7
    case .wait: 4
    case .examine: 6
    }
  }

  static let kindsCount = 8

  /// The one thing a mutating action changes; at most one such action is in flight for it.
  static func target(_ action: Action) -> Target? {
    switch action {
    case .redeploy(let order): .tenant(order.tenant.slug)
    case .point(let write): .tag(write.target)
    case .remove(let removal): .tag(removal.target)
    case .inspect, .head, .compare, .census, .observe, .settle, .copy, .bring, .keep, .probe, .wait,
      .examine:
      nil
    }
  }

  enum Target: Hashable {
    case tenant(TenantSlug)
    case tag(ImageReference)
  }
}
