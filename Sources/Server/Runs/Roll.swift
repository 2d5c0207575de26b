import Decisions
import Vocabulary

/// How one order goes through its tenants: who is next, and when it stops. Pure.
struct Roll {
  let waves: [Wave]
  private let stragglersMax: Int
  private let soak: TimeSpan

  /// - Throws: when the canary is not among the tenants.
  init(_ order: RedeployOrder, _ tenants: [Tenant]) throws(Refusal) {
    let plan = RolloutPlan(
      canary: order.canary.map { .slugs([$0]) } ?? .none, soak: order.soak,
      batch: .fixed(order.batch), stragglersMax: order.stragglersMax,
      settle: SettleBudget(
        budget: order.settle, pauseFirst: .zero, pauseMax: .zero, samples: 1),
      onFailure: .halt, mustFinishAfter: 1)
    do throws(Waves.Problem) {
      waves = try Waves.cut(tenants, by: plan) { _ in false }
    } catch {
      throw Refusal(
        400,
        "the canary \(order.canary?.text ?? "") is none of the \(tenants.count) tenants: nothing "
          + "was moved")
    }
    stragglersMax = order.stragglersMax
    soak = order.soak
  }

  /// How long the canary has to stay well before anybody else is moved.
  func soak(after wave: Wave) -> TimeSpan {
    wave.name == .canary && waves.count > 1 ? soak : .zero
  }

  /// Why nobody else may be moved, or nil while failures stay within what the order bears.
  func objection(to rows: [Row]) -> String? {
    let failed = rows.filter { $0.status != .success }
    if let canary = failed.first(where: { $0.phase == Wave.Name.canary.description }) {
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
}
