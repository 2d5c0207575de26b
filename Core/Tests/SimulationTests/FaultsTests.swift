import Testing
import Vocabulary

@testable import Simulation

@Suite struct FaultsTests {
  private func drawn(_ seed: UInt64) -> Faults {
    var random = SplitMix64(seed: seed)
    return Faults.drawn(from: &random, .liveness)
  }

  @Test func `about half of the kinds are off in any one seed`() {
    for seed in 1...50 as ClosedRange<UInt64> {
      let faults = drawn(seed)
      let on = Fault.allCases.count { faults[$0] }

      #expect((Fault.allCases.count / 5...Fault.allCases.count * 4 / 5).contains(on))
    }
  }

  @Test func `whether a fault strikes depends on its kind and its chance alone`() throws {
    let faults = drawn(3)
    let kind = try #require(Fault.allCases.first { faults[$0] })

    let inOrder = (1...5_000).map { faults.strikes(kind, atChance: $0, at: 0) }
    let backwards = (1...5_000).reversed().map { faults.strikes(kind, atChance: $0, at: 9_000_000) }

    #expect(inOrder == Array(backwards.reversed()))
    #expect(inOrder.contains(true))
  }

  @Test func `nothing strikes while it is calm`() throws {
    let calm = try #require((1...50 as ClosedRange<UInt64>).map(drawn).first { !$0.calms.isEmpty })
    let window = calm.calms[0]

    for fault in Fault.allCases {
      #expect(
        !(1...5_000).contains {
          calm.strikes(fault, atChance: $0, at: window.lowerBound)
        })
    }
  }

  @Test func `named strikes strike there and nowhere else`() {
    let faults = Faults.exactly([Strike(fault: .crash, chance: 3)])

    #expect(
      (1...5).map { faults.strikes(.crash, atChance: $0, at: 0) }
        == [false, false, true, false, false])
    #expect(!faults.strikes(.lostAnswer, atChance: 3, at: 0))
  }

  @Test func `a fault can be sent to one of its chances in any scenario`() {
    var scenario = Scenario.released(commits: 2)
    scenario.order(1, at: 0)
    scenario.misfortunes = [.strikes(.idleDriver, atChance: 1)]

    let report = Simulator.run(
      scenario, .none, SplitMix64(seed: 1), Replay(seed: 1, mode: .safety), narrates: false)

    #expect(report.strikes == [Strike(fault: .idleDriver, chance: 1)])
    #expect(report.conclusions == [.halted(.canary)])
  }

  @Test(arguments: Fault.allCases)
  func `every fault has a name that leads back to it`(fault: Fault) {
    #expect(Fault(name: fault.name) == fault)
    #expect(fault.words.allSatisfy { $0.isLowercase || $0 == " " })
  }
}
