import Decisions
import Vocabulary

/// I13: tenants that were told to run a candidate and are not proven never exceed the present wave and the
/// tolerance.
struct BlastRadiusIsBounded: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .sent(let effect, _) = moment, case .redeploy(let order) = effect.action,
      let run = world.state.runs[effect.run], let rollout = run.rollout,
      order.generation == run.generation, let wave = rollout.wave
    else { return }
    let exposed = world.watch(of: run).exposed
    guard exposed <= wave.tenants.count + run.plan.rollout.stragglersMax else {
      throw Violation(
        id: "I13",
        sentence: "\(exposed) tenants of \(run.id) are unproven in a wave of \(wave.tenants.count)")
    }
  }
}
