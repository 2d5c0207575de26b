import Decisions
import OrderedCollections
public import Vocabulary

/// Turns seeds into simulated deliveries and checks every promise in them.
public enum Simulator {
  /// What one seed came to.
  public struct Report: Sendable {
    public let seed: UInt64
    public let steps: Int
    /// The same for the same seed and build, in every process.
    public let traceHash: UInt64
    public let violation: Violation?
    /// How the runs ended, in order.
    public let conclusions: [Conclusion]
    /// How often each kind of fault struck, in the order of ``Fault/allCases``.
    public let faultCounts: [Int]
    /// What happened, in words; empty unless asked for.
    public let narration: [String]

    /// The one line that brings a failure back.
    public var reproduction: String {
      "seed \(seed): \(violation.map(\.description) ?? "no violation") "
        + "(reproduce: swift run -c release simulation-benchmark --seed \(seed))"
    }
  }

  /// Simulates the delivery of one seed.
  public static func run(seed: UInt64, narrates: Bool = false) -> Report {
    var random = SplitMix64(seed: seed)
    let faults = Faults.drawn(from: &random)
    let scenario = Scenario.drawn(from: &random)
    return run(scenario, faults, random, seed: seed, narrates: narrates)
  }

  static func run(
    _ scenario: Scenario, _ faults: Faults, _ random: SplitMix64, seed: UInt64, narrates: Bool
  ) -> Report {
    let world = World(scenario: scenario, faults: faults, random: random, narrates: narrates)
    var violation: Violation?
    do throws(Violation) { try world.run() } catch { violation = error }
    return Report(
      seed: seed, steps: world.steps, traceHash: world.traceHash, violation: violation,
      conclusions: world.state.runs.values.compactMap(\.conclusion),
      faultCounts: world.faultCounts, narration: world.narration ?? [])
  }
}
