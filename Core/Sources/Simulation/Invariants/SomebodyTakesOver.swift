import Decisions
import Vocabulary

/// L9: when the leader dies and another process waits, that one leads at once.
struct SomebodyTakesOver: Invariant {
  private static let patience: Int64 = 2_000

  func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .committed(.led):
      guard let since = world.leaderlessSince, world.now - since > Self.patience else { return }
      throw Violation(
        id: "L9", sentence: "nobody led for \(world.now - since)ms while a process waited")
    case .atRest:
      guard world.leader == nil, let waiting = world.processes.firstIndex(where: { $0 != nil })
      else { return }
      throw Violation(id: "L9", sentence: "process \(waiting) waits for ever and nobody leads")
    case .committed, .sent, .tagMoved, .tenantMoved, .powerReturned, .ended: return
    }
  }
}
