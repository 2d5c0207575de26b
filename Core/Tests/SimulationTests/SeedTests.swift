import Testing
import Vocabulary

@testable import Simulation

@Suite struct SeedTests {
  @Test(arguments: 0..<10)
  func `every fixed seed keeps every promise`(block: UInt64) {
    let reports = (block * 12 + 1...block * 12 + 12).map { Simulator.run(seed: $0) }

    let broken = reports.filter { $0.violation != nil }.map(\.reproduction)
    #expect(broken == [])
  }

  @Test func `seeds nobody has seen before keep every promise`() {
    var generator = SystemRandomNumberGenerator()
    let first = UInt64(UInt32(truncatingIfNeeded: generator.next()))

    let reports = (first..<first + 20).map { Simulator.run(seed: $0) }

    print("fresh seeds: swift run -c release simulation-benchmark --from \(first) --seeds 20")
    let broken = reports.filter { $0.violation != nil }.map(\.reproduction)
    #expect(broken == [])
  }

  @Test func `one seed is the same delivery every time and in every process`() {
    let first = Simulator.run(seed: 7)
    let second = Simulator.run(seed: 7)

    #expect(first.traceHash == second.traceHash)
    #expect(first.steps == second.steps)
    #expect(first.conclusions == second.conclusions)
  }

  @Test func `two seeds are two deliveries`() {
    #expect(Simulator.run(seed: 7).traceHash != Simulator.run(seed: 8).traceHash)
  }

  @Test func `narrating changes nothing`() {
    let silent = Simulator.run(seed: 11)
    let narrated = Simulator.run(seed: 11, narrates: true)

    #expect(silent.traceHash == narrated.traceHash)
    #expect(silent.narration == [])
    #expect(!narrated.narration.isEmpty)
  }

  @Test func `a report says in one line how to bring it back`() {
    let report = Simulator.run(seed: 7)

    #expect(
      report.reproduction
        == "seed 7: no violation (reproduce: swift run -c release simulation-benchmark --seed 7)")
  }

  /// What the fixed seeds never reach is printed and not held against them: the nightly set is larger.
  @Test func `fixed seeds reach most faults and most conclusions`() {
    let reports = (1...60 as ClosedRange<UInt64>).map { Simulator.run(seed: $0) }

    let struck = Fault.allCases.indices.filter { index in
      reports.contains { $0.faultCounts[index] > 0 }
    }
    let concluded = Set(reports.flatMap(\.conclusions))
    let missing = Fault.allCases.indices.filter { !struck.contains($0) }.map {
      Fault.allCases[$0].rawValue
    }
    print("faults not seen in 60 seeds: \(missing)")
    print("conclusions not seen: \(Conclusion.all.filter { !concluded.contains($0) }.map(\.label))")
    #expect(struck.count >= 14)
    #expect(concluded.count >= 14)
  }
}
