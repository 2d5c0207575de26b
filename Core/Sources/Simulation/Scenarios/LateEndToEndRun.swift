import Decisions
import Vocabulary

extension Incident {
  /// Incident 3. The end-to-end run is still going when the deploy is ordered; of one commit it ends red, of
  /// the next green after twelve minutes. Nothing moves before it is green.
  public static let lateEndToEndRun = Incident(
    number: 3, name: "late-end-to-end-run",
    sentence: "the end-to-end run finished after the promotion that should have waited for it",
    scenario: {
      var scenario = Scenario.released(commits: 3, gates: ["unit", "end-to-end"])
      for (commit, minute, state) in [(1, 0, .failure), (2, 20, .success)]
        as [(Int, Int64, CommitStatus.State)]
      {
        scenario.report("unit", of: commit, as: .success, at: Scenario.after(minute))
        scenario.report("end-to-end", of: commit, as: .pending, at: Scenario.after(minute, 1))
        scenario.order(commit, at: Scenario.after(minute, 5))
        scenario.report("end-to-end", of: commit, as: state, at: Scenario.after(minute + 12))
      }
      return scenario
    }(),
    habits: [.ignoresUnfinishedChecks],
    expected: Ending(
      conclusions: [.refused(.gateRed), .promoted], tenants: [2, 2, 2, 2], latest: [2, 2]))
}
