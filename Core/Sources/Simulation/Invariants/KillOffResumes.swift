import Decisions
import Vocabulary

/// L7: once the kill switch is off, what it held back is sent without another order.
struct KillOffResumes: Invariant {
  private static let patience: Int64 = 120_000

  /// What may be sent again, and since when.
  private var held: ArraySlice<EffectID> = []
  private var since: Int64 = 0

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .committed(.command(.unkill, _)):
      since = world.now
      // What the live variable holds is sent when that is cleared, and not when pawl's own switch is off.
      held =
        world.state.wanted.filter { effect in
          effect.action.isMutating
            && world.state.runs[effect.run]?.plan.gates.rules?.killSwitch == nil
        }.map(\.id)[...]
    case .committed(.command(.kill, _)), .committed(.led): held = []
    case .sent: held = []
    case .committed:
      guard let actingSince = world.actingSince else { return }
      // Only the first is looked at: what is behind it has its turn when that is sent.
      while let first = held.first, !world.state.isWanted(first) || world.isInFlight(first) {
        held.removeFirst()
      }
      guard let first = held.first, world.now - max(since, actingSince) > Self.patience else {
        return
      }
      throw Violation(id: "L7", sentence: "\(first) is still held back, and the kill switch is off")
    case .tagMoved, .tenantMoved, .powerReturned, .ended, .atRest: return
    }
  }
}
