import Decisions
import Vocabulary

/// I23: a rollback goes to a release that was proven before and was not itself rolled back from.
struct RollbacksGoToProvenReleases: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .sent(let effect, _) = moment, case .redeploy = effect.action,
      let run = world.state.runs[effect.run], run.isRollback
    else { return }
    guard let release = world.state.facts.releases.release(of: run.commit), !release.isWithdrawn
    else {
      throw Violation(
        id: "I23", sentence: "\(run.id) rolls back to \(run.commit.short), which was never proven")
    }
  }
}
