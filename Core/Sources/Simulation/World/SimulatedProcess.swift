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
  /// Under which it leads.
  var epoch: Epoch?
  var unsent: [Effect] = []
  var inFlight: Set<EffectID> = []
  private var mutations: [EffectID: Target] = [:]
  private var busy: Set<Target> = []
  var inbox: [Event] = []
  /// Until then it is stopped, as by `SIGSTOP`: it records, sends and samples nothing.
  var stoppedUntil: Int64 = 0
  /// How far its wall clock is off, in milliseconds.
  var clockError: Int64 = 0
  var driftPerMille: Int64 = 0
  var startedAt: Int64 = 0

  init(id: Int, order: Scenario.Order, loop: DecisionLoop) {
    self.id = id
    self.order = order
    self.loop = loop
  }

  /// The commit it was started to release.
  var commit: Commit? {
    if case .release(let commit, _, _) = order.command { commit } else { nil }
  }

  var mutationsInFlight: Int { mutations.count }

  /// Whether something is under way to the same tenant or tag.
  func isBusy(with action: Action) -> Bool { Target(of: action).map(busy.contains) ?? false }

  func launch(_ effect: Effect) {
    inFlight.insert(effect.id)
    let target = Target(of: effect.action) ?? .none
    mutations[effect.id] = target
    busy.insert(target)
  }

  /// Whether it was in flight.
  func finish(_ id: EffectID) -> Bool {
    if let target = mutations.removeValue(forKey: id) { busy.remove(target) }
    return inFlight.remove(id) != nil
  }

  /// What a change is made to.
  private enum Target: Hashable {
    case tenant(TenantSlug)
    case tag(ImageReference)
    case removedTag(ImageReference)
    /// Nothing that another change could meet there.
    case none

    init?(of action: Action) {
      switch action {
      case .redeploy(let order): self = .tenant(order.tenant.slug)
      case .point(let write): self = .tag(write.target)
      case .remove(let removal): self = .removedTag(removal.target)
      case .copy, .bring, .keep, .probe, .inspect, .head, .compare, .census, .observe, .settle,
        .wait,
        .examine:
        return nil
      }
    }
  }
}
