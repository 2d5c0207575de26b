import Decisions
import Vocabulary

extension Incident {
  /// Incident 7. The job dies between its two writes to `latest`; whoever gives the order again finds the
  /// intent and finishes it.
  public static let halfPromotion = Incident(
    number: 7, name: "half-promotion",
    sentence: "one image of two was tagged again, then the job died, and tenants pulled both",
    scenario: {
      var scenario = Scenario.released(commits: 2)
      scenario.order(1, at: Scenario.after(0))
      scenario.misfortunes = [.dies(beforeWrite: 2)]
      return scenario
    }(),
    habits: [],
    expected: Ending(conclusions: [.repaired], tenants: [1, 1, 1, 1], latest: [1, 1]))
}
