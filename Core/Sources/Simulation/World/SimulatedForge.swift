import Decisions
import Vocabulary

/// What a forge shows to whoever reads the gates of a plan.
struct SimulatedForge {
  /// One run of a workflow, or one check that nobody reports to pawl, on one commit.
  struct Run {
    let madeAt: Int64
    let endsAt: Int64
    let end: WorkflowRun.State

    func state(at now: Int64) -> WorkflowRun.State { now < endsAt ? .running : end }
  }

  private struct Key: Hashable {
    let commit: Commit
    let name: String
  }

  private var runs: [Key: Run] = [:]
  /// Whether the variable that stops releases is set.
  var isSwitchOn = false
  /// Reads that found the variable cleared.
  var switchSeenOff: Set<EffectID> = []

  func run(of name: String, on commit: Commit) -> Run? { runs[Key(commit: commit, name: name)] }

  mutating func make(_ run: Run, of name: String, on commit: Commit) {
    runs[Key(commit: commit, name: name)] = run
  }

  /// Whatever ran is run again, and ends well.
  mutating func heal(at now: Int64) {
    isSwitchOn = false
    for key in runs.keys { runs[key] = Run(madeAt: 0, endsAt: now, end: .success) }
  }
}
