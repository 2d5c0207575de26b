import Vocabulary

/// Makes a delivery that breaks a promise as small as it can be while it still breaks that promise:
/// first whole kinds of faults, then single ones, then orders, then tenants.
public enum Shrinker {
  /// A delivery is run at most so often; what is left by then is small enough to read.
  public static let runsMax = 3_000

  /// - Returns: the smallest delivery found; nil when `report` breaks no promise.
  public static func shrink(
    _ report: Simulator.Report, subject: Simulator.Subject? = nil
  ) -> Replay? {
    guard let violation = report.violation else { return nil }
    var replay = Replay(seed: report.seed, mode: report.mode)
    replay.violated = violation.id
    var smallest = shrink(replay) { Simulator.run($0, subject: subject) }
    smallest.delivery = Simulator.delivery(of: smallest, subject: subject)
    return smallest
  }

  /// - Parameter run: what a delivery comes to.
  static func shrink(_ start: Replay, by run: @escaping (Replay) -> Simulator.Report) -> Replay {
    var search = Search(violated: start.violated, run: run)
    var best = start
    search.replaceStrikes(of: &best)
    while true {
      let before = best
      search.dropKinds(of: &best)
      search.thinStrikes(of: &best)
      search.thinOrders(of: &best)
      search.thinTenants(of: &best)
      guard best != before else { return best }
    }
  }
}

private struct Search {
  let violated: String?
  let run: (Replay) -> Simulator.Report
  var runsLeft = Shrinker.runsMax

  /// Whether it still breaks the promise; then its strikes are those that really struck.
  private mutating func accept(_ candidate: Replay, as best: inout Replay) -> Bool {
    guard runsLeft > 0 else { return false }
    runsLeft -= 1
    let report = run(candidate)
    guard report.violation?.id == violated else { return false }
    best = candidate
    if let named = candidate.strikes { best.strikes = named.filter(report.strikes.contains) }
    return true
  }

  /// Names the faults that struck, so that each can be left out.
  mutating func replaceStrikes(of best: inout Replay) {
    var named = best
    named.strikes = run(best).strikes
    _ = accept(named, as: &best)
  }

  mutating func dropKinds(of best: inout Replay) {
    for fault in Fault.allCases {
      guard let strikes = best.strikes, strikes.contains(where: { $0.fault == fault }) else {
        continue
      }
      var fewer = best
      fewer.strikes = strikes.filter { $0.fault != fault }
      _ = accept(fewer, as: &best)
    }
  }

  mutating func thinStrikes(of best: inout Replay) {
    thin(&best, \.strikes)
  }

  mutating func thinOrders(of best: inout Replay) {
    if best.orders == nil {
      let count = run(best).ordersCount
      best.orders = Array(0..<count)
    }
    thin(&best, \.orders)
  }

  mutating func thinTenants(of best: inout Replay) {
    for count in 1..<(best.tenantsMax ?? 9) {
      var fewer = best
      fewer.tenantsMax = count
      if accept(fewer, as: &best) { return }
    }
  }

  /// Leaves out ever smaller pieces, until no single one can be spared (Zeller's delta debugging,
  /// without the complements).
  private mutating func thin<Element>(
    _ best: inout Replay, _ list: WritableKeyPath<Replay, [Element]?>
  ) {
    var size = max(1, (best[keyPath: list]?.count ?? 0) / 2)
    while true {
      var start = 0
      while let items = best[keyPath: list], start < items.count {
        var fewer = best
        fewer[keyPath: list] = Array(items[..<start] + items[min(start + size, items.count)...])
        if !accept(fewer, as: &best) { start += size }
      }
      guard size > 1 else { return }
      size /= 2
    }
  }
}
