import Decisions
import Vocabulary

/// I12: a wave starts only when the one before it is proven by what was seen, has soaked and was then seen
/// again; channels move after all of them. A wave of which everybody is left where they are by their windows
/// has nothing to soak: then the one before it counts.
/// I24: the soak is measured here in virtual time, whatever the wall clocks of the processes say.
struct WavesKeepTheirOrder: Invariant {
  /// When a wave of a run was first wholly proven.
  private var provenAt: [Key: Int64] = [:]
  /// When each tenant was last seen serving the candidate of a run, whatever the run makes of it.
  private var seenAt: [Sight: Int64] = [:]

  /// Waves whose soak was found right when the next one began; it cannot become wrong.
  private var soaked: Set<Key> = []

  private struct Key: Hashable {
    let run: RunID
    let wave: Wave.Name
  }

  private struct Sight: Hashable {
    let run: RunID
    let tenant: TenantSlug
  }

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .committed(.outcome(let id, let outcome)):
      if case .settled(let receipt) = outcome, receipt.isProof,
        let effect = world.journal.effect(id)
      {
        seenAt[Sight(run: effect.run, tenant: receipt.tenant)] = world.now
      }
      noteProvenWaves(in: world)
    case .sent(let effect, _): try checkSending(effect, in: world)
    case .committed, .tagMoved, .tenantMoved, .powerReturned, .ended, .atRest: return
    }
  }

  private mutating func noteProvenWaves(in world: World) {
    guard let active = world.state.queue.active, let run = world.state.runs[active],
      let rollout = run.rollout, let wave = rollout.wave
    else { return }
    let key = Key(run: active, wave: wave.name)
    guard provenAt[key] == nil, world.watch(of: run).isThrough(wave: rollout.waveIndex) else {
      return
    }
    provenAt[key] = world.now
  }

  private mutating func checkSending(_ effect: Effect, in world: World) throws(Violation) {
    guard let run = world.state.runs[effect.run], let rollout = run.rollout else { return }
    switch effect.action {
    case .redeploy(let order) where order.generation == run.generation:
      let watch = world.watch(of: run)
      guard let wave = watch.wave(of: order.tenant.slug), wave > 0 else { return }
      guard watch.isThrough(before: wave) else {
        throw Violation(
          id: "I12",
          sentence: "\(order.tenant.slug) was told to move before the waves before it were through")
      }
      let begun = rollout.waves[..<wave].last { earlier in
        earlier.tenants.contains { rollout.tenants[$0]?.isOutsideWindow == false }
      }
      guard let before = begun else { return }
      guard soaked.insert(Key(run: run.id, wave: before.name)).inserted else { return }
      try checkSoak(of: before, run, rollout, in: world)
    case .point(let write) where world.followsProof(write):
      guard rollout.phase == .ended else {
        throw Violation(id: "I12", sentence: "\(write.target) is written before the rollout ended")
      }
    case .redeploy, .point, .copy, .bring, .keep, .remove, .inspect, .head, .compare, .census,
      .observe, .settle, .probe, .wait, .examine:
      return
    }
  }

  private func checkSoak(
    of wave: Wave, _ run: Run, _ rollout: Rollout, in world: World
  ) throws(Violation) {
    let soak = run.plan.rollout.soak.milliseconds
    let since = provenAt[Key(run: run.id, wave: wave.name)] ?? world.now
    guard world.now - since >= soak else {
      throw Violation(
        id: "I12",
        sentence: "\(run.id) left wave \(wave.name) \(world.now - since)ms after it was proven")
    }
    for slug in wave.tenants where rollout.tenants[slug]?.status == .proven {
      let seen = seenAt[Sight(run: run.id, tenant: slug)]
      guard let seen, soak == 0 || seen >= since + soak else {
        throw Violation(
          id: "I12", sentence: "\(run.id) left wave \(wave.name), and \(slug) was not seen since")
      }
    }
  }
}
