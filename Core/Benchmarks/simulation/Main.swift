import Glibc
import Simulation
import Vocabulary

/// Runs seeds and says how fast: `simulation-benchmark [--seeds N] [--from SEED]`, or one seed in words:
/// `simulation-benchmark --seed SEED`.
@main
enum SimulationBenchmark {
  static func main() {
    if let seed = argument("--seed") { return narrate(seed) }
    run(from: argument("--from") ?? 1, count: argument("--seeds") ?? 20_000)
  }

  private static func argument(_ name: String) -> UInt64? {
    let arguments = CommandLine.arguments
    guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else {
      return nil
    }
    return UInt64(arguments[index + 1])
  }

  private static func narrate(_ seed: UInt64) {
    let report = Simulator.run(seed: seed, narrates: true)
    for line in report.narration { print(line) }
    print("trace \(String(report.traceHash, radix: 16)), \(report.steps) steps")
    print(report.reproduction)
  }

  private static func run(from first: UInt64, count: UInt64) {
    var steps = 0
    var violations = 0
    var conclusions: [String: Int] = [:]
    var faults = [Int](repeating: 0, count: Fault.allCases.count)
    let start = processorSeconds()
    for seed in first..<first + count {
      let report = Simulator.run(seed: seed)
      steps += report.steps
      for index in faults.indices { faults[index] += report.faultCounts[index] }
      for conclusion in report.conclusions { conclusions[conclusion.label, default: 0] += 1 }
      guard report.violation != nil else { continue }
      violations += 1
      if violations <= 20 { print(report.reproduction) }
    }
    let seconds = processorSeconds() - start
    for (fault, number) in zip(Fault.allCases, faults) {
      print("fault \(fault.rawValue): \(number)")
    }
    for (label, number) in conclusions.sorted(by: { $0.key < $1.key }) {
      print("conclusion \(label): \(number)")
    }
    let time = "\(Int(seconds * 1_000)) ms of processor time"
    print("\(count) seeds, \(steps) steps, \(violations) violations, \(time)")
    print("\(Int(Double(steps) / seconds)) steps per second on one core")
  }

  /// Not the time on the wall: what a busy machine gives to others is not the simulator's.
  private static func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}
