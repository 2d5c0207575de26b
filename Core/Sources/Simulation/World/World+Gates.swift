import Decisions
import Vocabulary

extension World {
  /// A forge that shows the checks that were reported, and knows of no runs, variables or measurements.
  func answer(_ question: Question) -> Answer {
    switch question {
    case .checks(let commit, let patterns):
      .checks(.found(CheckReport(of: checks(of: commit), asking: patterns)))
    case .runs: .runs(.found(WorkflowReport(runs: [], runsOfCommit: 0)))
    case .changes(let base, let commit, let filter):
      scenario.history.ancestry(of: commit, from: base).value == nil
        ? .changes(.absent) : .changes(.found(ChangeReport(of: [], filter)))
    case .variable: .variable(.absent)
    case .metric: .metric(.absent)
    }
  }
}
