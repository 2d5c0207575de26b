import Decisions
import Vocabulary

extension Incident {
  /// Incident 1. Releases reach the tenants for weeks while nothing moves the channel. The redeploy that
  /// then pulled "whatever `latest` is" cannot be said here: every order names a full digest. Ordering the
  /// commit that `latest` shows is refused, and a promotion moves the channel without moving a tenant.
  public static let frozenLatest = Incident(
    number: 1, name: "frozen-latest",
    sentence: "latest was frozen for 3.5 weeks, and a redeploy took a tenant back to it",
    scenario: {
      var scenario = Scenario.released(commits: 3)
      scenario.order(1, at: Scenario.after(0), extent: .rollout)
      scenario.order(2, at: Scenario.after(10), extent: .rollout)
      scenario.order(0, at: Scenario.after(20))
      scenario.order(2, at: Scenario.after(30), extent: .promotion)
      return scenario
    }(),
    habits: [.neverLooksForNewer, .redeploysWhateverLatestIs],
    expected: Ending(
      conclusions: [.proven, .proven, .refused(.behind), .promoted], tenants: [2, 2, 2, 2],
      latest: [2, 2]))
}
