import Glibc
import Simulation
import Vocabulary

/// Measures the simulator, and what it finds.
@main
enum SimulationBenchmark {
  private static let usage = """
    usage: simulation-benchmark one of
      --seeds N [--from SEED] [--mode safety|liveness]   runs seeds, and says how fast
      --seed SEED [--mode safety|liveness]               one of them in words
      --fleets, --fleet N                                what an event costs, by the size of the fleet
      --rollouts N                                       how long a release takes beside what engines do
      --mutants                                          how many seeds each known wrong design survives
      --shrink DESIGN [--to FILE]                        the smallest delivery that finds one
      --replay FILE [--under DESIGN]                     one brought back
    """

  static func main() {
    if CommandLine.arguments.contains("--mutants") { exit(MutantTable.print() ? 0 : 1) }
    if let design = text("--shrink") {
      exit(FoundMistake.write(design, to: text("--to") ?? "\(design).replay") ? 0 : 1)
    }
    if let path = text("--replay") { exit(FoundMistake.bringBack(path, text("--under"))) }
    if CommandLine.arguments.contains("--fleets") { return FleetCost.print() }
    if let tenants = argument("--fleet") { return FleetCost.print(tenants: Int(tenants)) }
    if let most = argument("--rollouts") { return RolloutTime.print(tenantsMax: Int(most)) }
    let mode = text("--mode").flatMap(Simulator.Mode.init) ?? .liveness
    if let seed = argument("--seed") { return narrate(seed, mode) }
    guard let count = argument("--seeds") else {
      print(usage)
      exit(2)
    }
    run(from: argument("--from") ?? 1, count: count, mode)
  }

  private static func text(_ name: String) -> String? {
    let arguments = CommandLine.arguments
    guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else {
      return nil
    }
    return arguments[index + 1]
  }

  private static func argument(_ name: String) -> UInt64? { text(name).flatMap { UInt64($0) } }

  private static func narrate(_ seed: UInt64, _ mode: Simulator.Mode) {
    let report = Simulator.run(seed: seed, mode: mode, narrates: true)
    for line in report.timeline.page() { print(line) }
    print("trace \(String(report.traceHash, radix: 16)), \(report.steps) steps")
    print(report.reproduction)
  }

  private static func run(from first: UInt64, count: UInt64, _ mode: Simulator.Mode) {
    let start = processorSeconds()
    var tally = Tally()
    for seed in first..<first + count {
      let report = Simulator.run(seed: seed, mode: mode)
      tally.add(report)
      if report.violation != nil, tally.violations <= 20 { print(report.reproduction) }
    }
    let seconds = processorSeconds() - start
    for line in tally.lines { print(line) }
    let time = "\(Int(seconds * 1_000)) ms of processor time"
    print("trace \(String(tally.traceHash, radix: 16))")
    print("\(count) seeds, \(tally.steps) steps, \(tally.violations) violations, \(time)")
    print("\(Int(Double(tally.steps) / seconds)) steps per second on one core")
  }

  /// Not the time on the wall: what a busy machine gives to others is not the simulator's.
  private static func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}
