import Decisions
import Vocabulary

/// L6: a run whose checks never report does not wait for ever: it ends at the timeout of its gates,
/// counted anew after a change of leader or while that was stopped.
struct LostReportsAreNoticed: Invariant {
  private static let slack: Int64 = 60_000

  private var waiting: RunID?
  private var since: Int64 = 0

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .committed = moment else { return }
    guard let active = world.state.queue.active, let run = world.state.runs[active],
      run.stage == .gating, let timeout = run.plan.gates.timeout
    else { return waiting = nil }
    if waiting != active {
      waiting = active
      since = world.now
    }
    guard let actingSince = world.actingSince else { return }
    guard world.now - max(since, actingSince) <= timeout.milliseconds + Self.slack else {
      throw Violation(
        id: "L6", sentence: "\(active) waits for its checks and the timeout is long over")
    }
  }
}
