public import Vocabulary

/// Cuts a fleet into the waves it is moved in.
public enum Waves {
  /// Why a fleet cannot be cut as planned.
  public enum Problem: Error, Hashable, Sendable {
    /// The plan names canaries that are not in the fleet.
    case canaryMissing([TenantSlug])
    /// No tenant carries the canary label.
    case canaryLabelMatchesNobody(Tenant.Label)
    /// Nobody of the canary may be moved.
    case canaryPinned([TenantSlug])
  }

  /// The canary wave (unless the plan wants none), then batches in the order of `tenants`.
  ///
  /// Every tenant is in exactly one wave. Tenants in `pinned` are left out of all of them; some of the canary
  /// may be pinned, but not all: that there is no canary is stated in the plan, never assumed.
  public static func cut(
    _ tenants: [Tenant], by plan: RolloutPlan, leavingOut pinned: (TenantSlug) -> Bool
  ) throws(Problem) -> [Wave] {
    let canary = try canarySlugs(among: tenants, by: plan.canary)
    let moved = tenants.map(\.slug).filter { !pinned($0) }
    let movedCanary = moved.filter(canary.contains)
    guard canary.isEmpty || !movedCanary.isEmpty else { throw .canaryPinned(canary) }
    var rest = moved.filter { !canary.contains($0) }[...]
    var waves = movedCanary.isEmpty ? [] : [Wave(name: .canary, tenants: movedCanary)]
    var number = 1
    while !rest.isEmpty {
      let size = batchSize(number, plan.batch, fleetCount: tenants.count)
      waves.append(Wave(name: .batch(number), tenants: Array(rest.prefix(size))))
      rest = rest.dropFirst(size)
      number += 1
    }
    return waves
  }

  private static func canarySlugs(
    among tenants: [Tenant], by canary: RolloutPlan.Canary
  ) throws(Problem) -> [TenantSlug] {
    switch canary {
    case .none:
      return []
    case .slugs(let slugs):
      let missing = slugs.filter { slug in !tenants.contains { $0.slug == slug } }
      guard missing.isEmpty else { throw .canaryMissing(missing) }
      return slugs
    case .label(let label):
      let matching = tenants.filter { $0.labels.contains(label) }.map(\.slug)
      guard !matching.isEmpty else { throw .canaryLabelMatchesNobody(label) }
      return matching
    }
  }

  /// At least one, whatever the plan says, so that a rollout always ends.
  private static func batchSize(_ number: Int, _ batch: RolloutPlan.Batch, fleetCount: Int) -> Int {
    switch batch {
    case .fixed(let size):
      return max(1, size)
    case .growing(let first, let factor, let capPercent):
      // No plan can overflow this: the share is cut to the whole, and the size never passes the cap.
      let cap = max(1, fleetCount * min(max(0, capPercent), 100) / 100)
      var size = min(max(1, first), cap)
      for _ in 1..<max(number, 1) where size < cap {
        size *= min(max(1, factor), cap)
        size = min(size, cap)
      }
      return size
    }
  }
}
