import Control
import Decisions
import Vocabulary

/// One `pawl` process: the real loop, and the same order of steps as the controller.
final class SimulatedProcess {
  let id: Int
  let order: Scenario.Order
  var loop: DecisionLoop
  /// The run it was started for.
  var run: RunID?
  var isLeading = false
  var leadingSince: Int64 = 0
  var unsent: [Effect] = []
  var inFlight: [EffectID] = []
  var targetsInFlight: [EffectID: Action] = [:]
  var inbox: [Event] = []
  /// Until then it is stopped, as by `SIGSTOP`: it records, sends and samples nothing.
  var stoppedUntil: Int64 = 0
  /// How far its wall clock is off, in milliseconds.
  var clockError: Int64 = 0

  init(id: Int, order: Scenario.Order, loop: DecisionLoop) {
    self.id = id
    self.order = order
    self.loop = loop
  }

  /// The commit it was started to release.
  var commit: Commit? {
    if case .release(let commit, _, _) = order.command { commit } else { nil }
  }

  var mutationsInFlight: Int { targetsInFlight.count }

  /// Whether something is under way to the same tenant or tag.
  func isBusy(with action: Action) -> Bool {
    targetsInFlight.contains { $0.value.aims(at: action) }
  }
}

extension Action {
  /// Whether both change the same tenant or the same tag.
  fileprivate func aims(at other: Action) -> Bool {
    switch (self, other) {
    case (.redeploy(let one), .redeploy(let two)): one.tenant.slug == two.tenant.slug
    case (.point(let one), .point(let two)): one.target == two.target
    default: false
    }
  }
}
