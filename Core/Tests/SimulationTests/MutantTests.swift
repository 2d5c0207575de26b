import Testing

@testable import Simulation

/// The simulator has to find every known wrong design. Only a build with the trait `WrongDesigns`
/// has them (`make mutants`).
@Suite struct MutantTests {
  #if WrongDesigns
    @Test func `every wrong design breaks a promise within a few thousand seeds`() {
      let trials = Mutants.trials(seedsMax: 5_000)

      let survivors = trials.filter { $0.killedBy == nil }.map(\.name)
      #expect(survivors == [])
      #expect(trials.count == 17)
    }
  #else
    @Test func `a build without the trait has no wrong design`() {
      print("the wrong designs are tried by: make mutants")

      #expect(Mutants.trials(seedsMax: 1).isEmpty)
    }
  #endif

  @Test func `the table says how many seeds each took and what found it`() {
    let table = Mutants.table(of: [
      .init(
        name: "noReadBack", seeds: 7, killedBy: Violation(id: "I17", sentence: "it is not there")),
      .init(name: "survivor", seeds: 9, killedBy: nil),
    ])

    #expect(
      table == [
        "| Wrong design | Seeds | Found by |", "|---|---|---|",
        "| `noReadBack` | 7 | I17: it is not there |", "| `survivor` | 9 | nobody |",
      ])
  }
}
