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
      let report = Simulator.run(
        seed: UInt64(count), mode: count.isMultiple(of: 2) ? .safety : .liveness)
      if let violation = report.violation {
        return Trial(name: design.rawValue, seeds: count, killedBy: violation)
      }
    }
    return Trial(name: design.rawValue, seeds: seedsMax, killedBy: nil)
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
