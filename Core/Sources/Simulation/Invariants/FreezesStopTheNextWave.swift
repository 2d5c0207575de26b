import Decisions
import Vocabulary

/// I27: no wave of a release begins while a hold stands or a time is denied, where its plan heeds them. What
/// was begun before is finished: an order that was decided on by then may still be sent.
struct FreezesStopTheNextWave: Invariant {
  private var begun: Set<Key> = []

  private struct Key: Hashable {
    let run: RunID
    let wave: Int
  }

  /// - Parameter state: what is believed when the watching begins; its wave was begun before.
  init(resuming state: ControlState) {
    guard let active = state.queue.active, let rollout = state.runs[active]?.rollout else { return }
    begun.insert(Key(run: active, wave: rollout.waveIndex))
  }

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .committed = moment, let active = world.state.queue.active,
      let run = world.state.runs[active], run.bringsSomething,
      run.plan.rollout.heedsFreezes == true, let rollout = run.rollout,
      rollout.phase == .moving, let wave = rollout.wave,
      begun.insert(Key(run: active, wave: rollout.waveIndex)).inserted
    else { return }
    if !world.state.safety.holds.isEmpty {
      throw Violation(id: "I27", sentence: "\(active) began \(wave.name) while a hold stood")
    }
    let denied = run.plan.gates.rules?.windows.contains { window in
      guard window.kind == .deny, case .once(let from, let to) = window.span else { return false }
      return (from..<to).contains(world.state.now)
    }
    if denied == true {
      throw Violation(id: "I27", sentence: "\(active) began \(wave.name) in a denied time")
    }
  }
}

extension Run {
  /// Whether it moves tenants to what is newly released.
  fileprivate var bringsSomething: Bool {
    switch order {
    case .release(.promotion), .rollback, .redeploy, .followUp(_, isOfRollback: true): false
    case .release, .followUp: true
    }
  }
}
