import DequeModule
import Synchronization

/// Lets so many through at once, and of those that go to one place so many at most, in order of arrival.
///
/// Who waits for their place takes nothing from those that go elsewhere.
public final class Admission: Sendable {
  private typealias Waiting = CheckedContinuation<Void, Never>

  private struct State {
    /// How many more may be inside.
    var left: Int
    /// How many of each place are inside, or have their place and wait for the rest.
    var counts: [String: Int] = [:]
    var waitingForPlace: [String: Deque<Waiting>] = [:]
    var waiting: Deque<Waiting> = []
  }

  private let perPlaceMax: Int
  private let state: Mutex<State>

  public init(atOnceMax: Int, perPlaceMax: Int) {
    precondition(atOnceMax > 0 && perPlaceMax > 0, "somebody is let through")
    self.perPlaceMax = perPlaceMax
    state = Mutex(State(left: atOnceMax))
  }

  /// Runs `body` once there is room. Cancelling does not end the waiting; it ends the bodies that are waited
  /// for. A body must not pass the same admission again.
  public func pass<Value: Sendable>(to place: String, _ body: () async -> Value) async -> Value {
    await withCheckedContinuation { waiting in
      if enters(place, waiting) { waiting.resume() }
    }
    let value = await body()
    leave(place)
    return value
  }

  /// Keeps `waiting` where it answers false.
  private func enters(_ place: String, _ waiting: Waiting) -> Bool {
    state.withLock { state in
      let count = state.counts[place, default: 0]
      guard count < perPlaceMax else {
        state.waitingForPlace[place, default: []].append(waiting)
        return false
      }
      state.counts[place] = count + 1
      guard state.left > 0 else {
        state.waiting.append(waiting)
        return false
      }
      state.left -= 1
      return true
    }
  }

  private func leave(_ place: String) {
    let next = state.withLock { state in
      if let heir = state.waitingForPlace[place]?.popFirst() {
        state.waiting.append(heir)
        if state.waitingForPlace[place]?.isEmpty == true { state.waitingForPlace[place] = nil }
      } else {
        state.counts[place] = state.counts[place].flatMap { $0 > 1 ? $0 - 1 : nil }
      }
      let next = state.waiting.popFirst()
      if next == nil { state.left += 1 }
      return next
    }
    next?.resume()
  }
}
