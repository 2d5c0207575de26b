import Decisions
import Vocabulary

extension Incident {
  /// Incident 2. The workflow that promotes is for other paths than the one that builds, so for days it is
  /// not started, and nothing says so. Here whoever builds orders the release: each run waits for the
  /// workflow, and ends `deferred` with its name. On the fourth day its triggers are mended.
  public static let untriggeredPromotion = Incident(
    number: 2, name: "untriggered-promotion",
    sentence: "the promotion workflow never ran for days: its triggers were for other paths",
    scenario: {
      let workflow = WorkflowFile(normalized: "promote.yml")
      let day = Scenario.after(24 * 60)
      var rules = GateRules()
      rules.workflows = [WorkflowGate(file: workflow)]
      var scenario = Scenario.released(commits: 5)
      scenario.plan = scenario.plan.gated(by: rules)
      scenario.misfortunes = [.neverRuns(workflow, until: 3 * day)]
      for commit in 1...4 { scenario.order(commit, at: Int64(commit - 1) * day + 60_000) }
      return scenario
    }(),
    habits: [.startsWithItsWorkflow],
    expected: Ending(
      conclusions: [.deferred, .deferred, .deferred, .promoted], tenants: [4, 4, 4, 4],
      latest: [4, 4]))
}
