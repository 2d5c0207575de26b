import Simulation

/// How many seeds each wrong design survives, as the table of docs/reference/mutants.md.
enum MutantTable {
  /// Prints it; false when one survived, or when this build has no wrong designs.
  static func print() -> Bool {
    let trials = Mutants.trials(seedsMax: 20_000)
    guard !trials.isEmpty else {
      Swift.print("expected a build with the trait WrongDesigns, found one without: make mutants")
      return false
    }
    for line in Mutants.table(of: trials) { Swift.print(line) }
    return trials.allSatisfy { $0.killedBy != nil }
  }
}
