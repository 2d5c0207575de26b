import Decisions
import Vocabulary

extension Incident {
  /// Incident 9. The kill switch is turned on between two batches, and a minute later nobody can read it,
  /// for five minutes. Nothing is sent until somebody turns it off; then the rollout goes on.
  public static let unreadableKillSwitch = Incident(
    number: 9, name: "unreadable-kill-switch",
    sentence: "a kill switch that could not be read was taken as off",
    scenario: {
      var scenario = Scenario.released(commits: 2)
      scenario.order(1, at: Scenario.after(0))
      scenario.say(.kill("the database is being moved"), at: Scenario.after(1))
      scenario.say(.unkill("it has been moved"), at: Scenario.after(20))
      scenario.misfortunes = [
        .unreadableJournal(from: Scenario.after(2), until: Scenario.after(7))
      ]
      return scenario
    }(),
    habits: [.takesUnreadableForOff],
    expected: Ending(conclusions: [.promoted], tenants: [1, 1, 1, 1], latest: [1, 1]))
}
