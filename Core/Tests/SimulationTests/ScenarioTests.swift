import Testing
import Vocabulary

@testable import Simulation

@Suite struct ScenarioTests {
  @Test func `a plan of small batches is given the time it needs for a large fleet`() {
    var scenario = Scenario.released(commits: 2)
    #expect(scenario.convergenceMax == 10_800_000)

    scenario.tenants = Scenario.fleet(of: 1_001)

    // The canary and 500 batches of two, each of half a minute of soak, four of looking and one of slack.
    #expect(scenario.secondOrderAfter == 501 * 330_000)
    #expect(scenario.convergenceMax == 2 * 501 * 330_000)
  }

  private func drawn(_ seed: UInt64) -> Scenario {
    var random = SplitMix64(seed: seed)
    return Scenario.drawn(from: &random)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `one seed draws one scenario`(seed: UInt64) {
    let first = drawn(seed)
    let second = drawn(seed)

    #expect(first.history.commits == second.history.commits)
    #expect(first.characters == second.characters)
    #expect(first.tenants == second.tenants)
    #expect(first.plan == second.plan)
    #expect(first.orders.map(\.at) == second.orders.map(\.at))
    #expect(first.orders.map(\.command) == second.orders.map(\.command))
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `the last commit is good and ahead of all others`(seed: UInt64) {
    let scenario = drawn(seed)

    #expect(scenario.characters[scenario.last] == .good)
    #expect((0...scenario.last).allSatisfy { scenario.history.isAncestor($0, of: scenario.last) })
    #expect(scenario.orders.allSatisfy { $0.at < (scenario.horizon ?? 0) })
  }

  @Test func `random numbers are those of the paper`() {
    var random = SplitMix64(seed: 1_234_567)

    #expect(random.next() == 6_457_827_717_110_365_317)
    #expect(random.next() == 3_203_168_211_198_807_973)
    #expect(random.next() == 9_817_491_932_198_370_423)
  }
}
