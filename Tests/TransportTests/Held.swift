import Synchronization
import TestSupport

/// Requests that a server keeps until it is told what to answer.
final class Held: Sendable {
  typealias Tell = @Sendable (FaultyServer.Reply) -> Void

  private let state = Mutex((tells: [Tell](), owed: [FaultyServer.Reply]()))

  func keep(_ tell: @escaping Tell) {
    let owed: FaultyServer.Reply? = state.withLock { state in
      guard state.owed.isEmpty else { return state.owed.removeFirst() }
      state.tells.append(tell)
      return nil
    }
    if let owed { tell(owed) }
  }

  /// Answers the one that came first, or the next one that comes.
  func release(_ reply: FaultyServer.Reply) {
    let first: Tell? = state.withLock { state in
      guard state.tells.isEmpty else { return state.tells.removeFirst() }
      state.owed.append(reply)
      return nil
    }
    first?(reply)
  }
}
