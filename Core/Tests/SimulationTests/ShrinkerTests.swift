import Testing
import Vocabulary

@testable import Simulation

@Suite struct ShrinkerTests {
  /// A delivery that breaks "X" when the third crash and the first lost answer strike, the second
  /// order is given and there are two tenants at least; whatever else is left in does not matter.
  private func run(_ replay: Replay) -> Simulator.Report {
    let strikes =
      replay.strikes ?? [
        Strike(fault: .pause, chance: 1), Strike(fault: .crash, chance: 1),
        Strike(fault: .crash, chance: 3), Strike(fault: .lostAnswer, chance: 1),
        Strike(fault: .lostAnswer, chance: 2), Strike(fault: .liar, chance: 9),
      ]
    let orders = replay.orders ?? Array(0..<6)
    let isBroken =
      strikes.contains(Strike(fault: .crash, chance: 3))
      && strikes.contains(Strike(fault: .lostAnswer, chance: 1)) && orders.contains(1)
      && (replay.tenantsMax ?? 8) >= 2
    return Simulator.Report(
      seed: replay.seed, mode: replay.mode, steps: 1, traceHash: 0,
      violation: isBroken ? Violation(id: "X", sentence: "broken") : nil, conclusions: [],
      strikes: strikes, coverage: Coverage(), measures: Measures(), ordersCount: orders.count,
      timeline: Timeline())
  }

  @Test func `only what is needed to break the promise is left`() {
    var start = Replay(seed: 3, mode: .safety)
    start.violated = "X"

    let smallest = Shrinker.shrink(start, by: run)

    #expect(
      smallest.strikes == [
        Strike(fault: .crash, chance: 3), Strike(fault: .lostAnswer, chance: 1),
      ])
    #expect(smallest.orders == [1])
    #expect(smallest.tenantsMax == 2)
    #expect(smallest.violated == "X")
  }

  @Test func `a delivery that keeps every promise is not shrunk`() {
    #expect(Shrinker.shrink(Simulator.run(seed: 7)) == nil)
  }
}
