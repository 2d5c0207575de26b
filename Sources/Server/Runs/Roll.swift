import Decisions
import OrderedCollections
import Vocabulary

/// How one order goes through its tenants: who is next, and when it stops. Pure.
struct Roll {
  let waves: [Wave]
  /// Who is left out of all of them, and why.
  let pinned: [(slug: TenantSlug, why: String)]
  private let stragglersMax: Int
  private let soak: TimeSpan

  /// - Throws: when the canary is not among the tenants, or pinned; and when nobody is left to be moved.
  init(_ order: RedeployOrder, _ tenants: [Tenant], in safety: Safety) throws(Refusal) {
    pinned = tenants.compactMap { tenant in
      safety.pins[tenant.slug].map { (tenant.slug, $0.sentence) }
    }
    let plan = RolloutPlan(
      canary: order.canary.map { .slugs([$0]) } ?? .none, soak: order.soak,
      batch: .fixed(order.batch), stragglersMax: order.stragglersMax,
      settle: SettleBudget(
        budget: order.settle, pauseFirst: .zero, pauseMax: .zero, samples: 1),
      onFailure: .halt, mustFinishAfter: 1)
    do throws(Waves.Problem) {
      waves = try Waves.cut(tenants, by: plan) { safety.pins[$0] != nil }
    } catch .canaryPinned {
      let canary = pinned.filter { $0.slug == order.canary }
      throw Refusal(409, "the canary \(Self.sentence(canary)): nothing was moved")
    } catch {
      throw Refusal(
        400,
        "the canary \(order.canary?.text ?? "") is none of the \(tenants.count) tenants: nothing "
          + "was moved")
    }
    guard !waves.isEmpty || order.isDryRun else {
      throw Refusal(
        409, "\(Self.sentence(pinned)): nothing was moved; lift it with pawl pin clear")
    }
    stragglersMax = order.stragglersMax
    soak = order.soak
  }

  private static func sentence(_ pinned: [(slug: TenantSlug, why: String)]) -> String {
    pinned.map { "\($0.slug) is pinned: \($0.why)" }.joined(separator: "; ")
  }

  /// How long the canary has to stay well before anybody else is moved.
  func soak(after wave: Wave) -> TimeSpan {
    wave.name == .canary && waves.count > 1 ? soak : .zero
  }

  /// Why nobody else may be moved, or nil while failures stay within what the order bears.
  func objection(to rows: [Row]) -> String? {
    let ofCanary = rows.filter { $0.phase == Wave.Name.canary.description }
    if let pinned = ofCanary.first(where: { $0.status == .pinned }) {
      return "the canary was pinned after the order was taken: \(pinned.error ?? pinned.slug.text)"
    }
    let failed = rows.filter { $0.status != .success && $0.status != .pinned }
    if let canary = ofCanary.first(where: { $0.status != .success }) {
      return "the canary \(canary.slug) failed: \(canary.error ?? canary.status.rawValue)"
    }
    // An order that was overtaken has nothing left to do anywhere.
    if let refused = failed.first(where: { $0.status == .refused }) {
      return refused.error ?? "\(refused.slug) was refused"
    }
    guard failed.count > stragglersMax else { return nil }
    let names = failed.map(\.slug.text).joined(separator: ", ")
    return
      "\(failed.count) of \(waves.reduce(0) { $0 + $1.tenants.count }) tenants failed, at most "
      + "\(stragglersMax) may: \(names)"
  }

  /// Why an order that has come to its end has done nothing, or nil when somebody was moved.
  func objectionAtEnd(to rows: [Row]) -> String? {
    guard rows.allSatisfy({ $0.status == .pinned }) else { return nil }
    return rows.first.map {
      "everybody was pinned after the order was taken: \($0.error ?? $0.slug.text)"
    }
  }

  /// What a dry run says, in the order of the tenants.
  func dryRun(of tenants: [Tenant]) -> [Row] {
    let rows =
      waves.flatMap { wave in wave.tenants.map { Row($0, wave.name, .dryRun) } }
      + pinned.map { Row($0.slug, pinned: $0.why, .dryRun) }
    return tenants.compactMap { tenant in rows.first { $0.slug == tenant.slug } }
  }
}
