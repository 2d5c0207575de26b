import Decisions
import Vocabulary

extension Incident {
  /// Incident 6. A tenant answers 200 with its old commit for a minute and a half while it drains; that is
  /// polled until the budget ends, and it does not.
  public static let staleButHealthy = Incident(
    number: 6, name: "stale-but-healthy",
    sentence: "a tenant that still drained its old container failed at the first look",
    scenario: {
      var scenario = Scenario.released(commits: 2)
      scenario.order(1, at: Scenario.after(0))
      scenario.misfortunes = [.drains(scenario.tenants[2].slug, .seconds(90))]
      return scenario
    }(),
    habits: [.looksOnce],
    expected: Ending(conclusions: [.promoted], tenants: [1, 1, 1, 1], latest: [1, 1]))
}
