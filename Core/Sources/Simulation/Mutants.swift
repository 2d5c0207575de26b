import Decisions

/// The known wrong designs, each tried on seeds until a promise breaks.
public enum Mutants {
  /// What became of one of them.
  public struct Trial: Sendable {
    public let name: String
    /// How many seeds it took, the one that found it included.
    public let seeds: Int
    /// The promise that broke; nil when the design survived all seeds.
    public let killedBy: Violation?
  }

  /// Tries all of them; empty in a build that has none.
  /// - Parameter seedsMax: after so many seeds, half of each mode, a design has survived.
  public static func trials(seedsMax: Int) -> [Trial] {
    #if WrongDesigns
      WrongDesign.allCases.map { design in
        WrongDesign.$tried.withValue(design) { trial(of: design, seedsMax: seedsMax) }
      }
    #else
      []
    #endif
  }

  private static func trial(of design: WrongDesign, seedsMax: Int) -> Trial {
    for count in 1...seedsMax {
      if let violation = report(count).violation {
        return Trial(name: design.rawValue, seeds: count, killedBy: violation)
      }
    }
    return Trial(name: design.rawValue, seeds: seedsMax, killedBy: nil)
  }

  /// Finds a wrong design, as ``trials(seedsMax:)`` does, and makes what breaks a promise as small as it can
  /// be; nil when there is no design of this name in this build, or when it survives.
  public static func smallest(of name: String, seedsMax: Int) -> Replay? {
    with(name) {
      (1...seedsMax).lazy.map(report).first { $0.violation != nil }.flatMap { Shrinker.shrink($0) }
    }
  }

  /// Brings a delivery back under a wrong design; nil when there is none of this name in this build.
  public static func run(_ replay: Replay, under name: String) -> Simulator.Report? {
    with(name) { Simulator.run(replay, narrates: true) }
  }

  private static func with<Value>(_ name: String, _ body: () -> Value?) -> Value? {
    #if WrongDesigns
      WrongDesign(rawValue: name).flatMap { WrongDesign.$tried.withValue($0, operation: body) }
    #else
      nil
    #endif
  }

  private static func report(_ count: Int) -> Simulator.Report {
    Simulator.run(seed: UInt64(count), mode: count.isMultiple(of: 2) ? .safety : .liveness)
  }

  /// The rows of a Markdown table.
  public static func table(of trials: [Trial]) -> [String] {
    ["| Wrong design | Seeds | Found by |", "|---|---|---|"]
      + trials.map { trial in
        let end = trial.killedBy.map { "\($0.id): \($0.sentence)" } ?? "nobody"
        return "| `\(trial.name)` | \(trial.seeds) | \(end) |"
      }
  }
}
