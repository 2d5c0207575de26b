import Decisions
import Vocabulary

/// I14: after a canary failed, or more tenants than the plan bears, no further tenant is told to move to
/// the candidate, and no channel is moved to it.
struct FailuresStopTheFleet: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .sent(let effect, _) = moment, let run = world.state.runs[effect.run],
      let rollout = run.rollout
    else { return }
    switch effect.action {
    case .redeploy(let order) where order.generation == run.generation: break
    case .point(let write) where world.followsProof(write): break
    case .redeploy, .point, .copy, .bring, .keep, .remove, .inspect, .head, .compare, .census,
      .observe, .settle, .probe, .wait, .examine:
      return
    }
    let watch = world.watch(of: run)
    let hasCanaryFailed =
      rollout.waveIndex > 0 && rollout.waves.first?.name == .canary && watch.failedInFirstWave > 0
    guard watch.failed <= run.plan.rollout.stragglersMax, !hasCanaryFailed else {
      throw Violation(
        id: "I14", sentence: "\(run.id) went on after \(watch.failed) tenants had failed")
    }
  }
}
