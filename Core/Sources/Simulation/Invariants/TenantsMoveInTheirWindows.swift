import Decisions
import Vocabulary

/// I26: no release tells a tenant to move while its window is closed, by the newest time that was decided
/// at; none skips a canary because of its window; and who is left out for a window has one.
struct TenantsMoveInTheirWindows: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .sent(let effect, _): try checkSending(effect, in: world)
    case .ended(let run): try checkEnding(of: run, in: world)
    case .committed, .tagMoved, .tenantMoved, .powerReturned, .atRest: return
    }
  }

  private func checkSending(_ effect: Effect, in world: World) throws(Violation) {
    guard case .redeploy(let order) = effect.action, let run = world.state.runs[effect.run],
      run.heedsWindows, order.generation == run.generation
    else { return }
    let slug = order.tenant.slug
    if let freeze = world.freezes(of: slug).first(where: { $0.contains(world.state.now) }) {
      throw Violation(
        id: "I26", sentence: "\(run.id) moves \(slug), which is closed until \(freeze.upperBound)")
    }
  }

  private func checkEnding(of run: Run, in world: World) throws(Violation) {
    guard let rollout = run.rollout, run.conclusion?.isSuccess == true else { return }
    for progress in rollout.tenants {
      guard case .outsideWindow = progress.status else { continue }
      let slug = progress.tenant.slug
      guard run.heedsWindows, !world.freezes(of: slug).isEmpty else {
        throw Violation(id: "I26", sentence: "\(run.id) left out \(slug), which has no window")
      }
      let canary = rollout.waves.first { $0.name == .canary }?.tenants ?? []
      if canary.contains(slug) {
        throw Violation(id: "I26", sentence: "\(run.id) ended well without its canary \(slug)")
      }
    }
  }
}

extension World {
  /// When a tenant may not be moved, read from the scenario and not from what is being tested.
  fileprivate func freezes(of slug: TenantSlug) -> [Range<Timestamp>] {
    let windows = indexes[slug].flatMap { scenario.tenants[$0].windows } ?? []
    return windows.compactMap { window in
      guard window.kind == .deny, case .once(let from, let to) = window.span else { return nil }
      return from..<to
    }
  }
}

extension Conclusion {
  fileprivate var isSuccess: Bool {
    switch self {
    case .promoted, .repaired, .quarantined, .rolledBack, .noop, .proven, .admitted: true
    case .superseded, .deferred, .refused, .stopped, .halted, .reverted, .lagging: false
    }
  }
}

extension Run {
  /// Whether it brings something new to its tenants.
  fileprivate var heedsWindows: Bool {
    switch order {
    case .release, .followUp(_, isOfRollback: false): true
    case .rollback, .redeploy, .followUp: false
    }
  }
}
