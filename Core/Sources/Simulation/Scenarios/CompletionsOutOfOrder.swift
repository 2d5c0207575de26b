import Decisions
import Vocabulary

extension Incident {
  /// Incident 4. Three builds finish in the wrong order: the newest first, one while the newest is being
  /// rolled out, the oldest when it has long been promoted.
  public static let completionsOutOfOrder = Incident(
    number: 4, name: "completions-out-of-order",
    sentence: "completions out of order promoted the older commit last",
    scenario: {
      var scenario = Scenario.released(commits: 4)
      scenario.order(3, at: Scenario.after(0))
      scenario.order(2, at: Scenario.after(0, 30))
      scenario.order(1, at: Scenario.after(15))
      return scenario
    }(),
    habits: [.neverLooksForNewer],
    expected: Ending(
      conclusions: [.promoted, .superseded, .refused(.behind)], tenants: [3, 3, 3, 3],
      latest: [3, 3]))
}
