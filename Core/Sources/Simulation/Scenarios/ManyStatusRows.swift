import Decisions
import Vocabulary

extension Incident {
  /// Incident 8. Two hundred rows lie on one commit, among them several of the required check: the newest of
  /// them counts, however many came between.
  public static let manyStatusRows = Incident(
    number: 8, name: "many-status-rows",
    sentence: "the required one of two hundred status rows was on a later page",
    scenario: {
      var scenario = Scenario.released(commits: 2, gates: ["all-required"])
      for row in 0..<200 {
        let at = Scenario.after(0, Int64(row))
        switch row {
        case 3: scenario.report("all-required", of: 1, as: .pending, at: at)
        case 90: scenario.report("all-required", of: 1, as: .failure, at: at)
        case 198: scenario.report("all-required", of: 1, as: .success, at: at)
        default:
          let context = ContextName(normalized: "job \(row)")
          scenario.report(context, of: 1, as: row.isMultiple(of: 7) ? .failure : .success, at: at)
        }
      }
      scenario.order(1, at: Scenario.after(5))
      return scenario
    }(),
    habits: [.readsOnePage],
    expected: Ending(conclusions: [.promoted], tenants: [1, 1, 1, 1], latest: [1, 1]))
}
