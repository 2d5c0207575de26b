import Decisions
import OrderedCollections
import Vocabulary

/// L7: once the kill switch is off, what it held back is sent without another order.
struct KillOffResumes: Invariant {
  private static let patience: Int64 = 120_000

  /// What may be sent again, and since when.
  private var held: [EffectID] = []
  private var since: Int64 = 0

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .committed(.command(.unkill, _)):
      since = world.now
      held = world.state.wanted.filter(\.action.isMutating).map(\.id)
    case .committed(.command(.kill, _)), .committed(.led): held = []
    case .sent: held = []
    case .committed:
      guard let actingSince = world.actingSince else { return }
      held.removeAll { !world.state.isWanted($0) || world.isInFlight($0) }
      guard let first = held.first, world.now - max(since, actingSince) > Self.patience else {
        return
      }
      throw Violation(id: "L7", sentence: "\(first) is still held back, and the kill switch is off")
    case .tagMoved, .tenantMoved, .powerReturned, .ended, .atRest: return
    }
  }
}
