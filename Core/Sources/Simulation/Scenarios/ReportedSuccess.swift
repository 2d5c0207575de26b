import Decisions
import Vocabulary

extension Incident {
  /// Incident 10. The control plane says that the canary was restarted, and it was not: what it says is no
  /// observation, so the canary fails and nobody else is touched.
  public static let reportedSuccess = Incident(
    number: 10, name: "reported-success",
    sentence: "a control plane reported success for tenants still on the old image",
    scenario: {
      var scenario = Scenario.released(commits: 2)
      scenario.order(1, at: Scenario.after(0))
      scenario.misfortunes = [.idleDriver(scenario.tenants[0].slug)]
      return scenario
    }(),
    habits: [.believesDriver],
    expected: Ending(conclusions: [.halted(.canary)], tenants: [0, 0, 0, 0], latest: [0, 0]))
}
