import Decisions
import Vocabulary

extension Incident {
  /// Incident 5, with its times, counted from 05:30:00. The older job starts at 05:30:21 and waits for its
  /// checks, which come at 05:41:55. The newer one reaches the canary at 05:38:55, and the canary is slow:
  /// it drains until 05:41:15. The older job would have moved the canary back at 05:42:00 and `latest` at
  /// 05:42:05.
  public static let overlappingDeploys = Incident(
    number: 5, name: "backwards-deploy",
    sentence:
      "of two overlapping deploy jobs the older one rolled the fleet and latest back, green",
    scenario: {
      var scenario = Scenario.released(commits: 3, gates: ["end-to-end"])
      scenario.order(1, at: Scenario.after(0, 21))
      scenario.report("end-to-end", of: 2, as: .success, at: Scenario.after(8, 50))
      scenario.order(2, at: Scenario.after(8, 53))
      scenario.report("end-to-end", of: 1, as: .success, at: Scenario.after(11, 55))
      scenario.misfortunes = [.drains(scenario.tenants[0].slug, .seconds(100))]
      return scenario
    }(),
    habits: [],
    expected: Ending(
      conclusions: [.superseded, .promoted], tenants: [2, 2, 2, 2], latest: [2, 2]))
}
