import Synchronization

/// A clock on which nothing comes due until the test says so: every sleep lasts until ``release()``.
///
/// For time limits: a test first sees the work arrive where it is to be given up, and then lets the
/// limit run out, so nothing depends on how fast the machine is.
public final class HeldClock: Clock, Sendable {
  public struct Instant: InstantProtocol {
    public let offset: Duration

    public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    public func duration(to other: Instant) -> Duration { other.offset - offset }
    public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private struct State {
    var isReleased = false
    var sleepers: [AsyncStream<Never>.Continuation] = []
  }

  private let state = Mutex(State())

  public init() {}

  public let now = Instant(offset: .zero)
  public let minimumResolution: Duration = .nanoseconds(1)

  /// Ends every sleep, those that begin later too.
  public func release() {
    state.withLock { state in
      state.isReleased = true
      for sleeper in state.sleepers { sleeper.finish() }
      state.sleepers = []
    }
  }

  public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let (end, sleeper) = AsyncStream<Never>.makeStream()
    state.withLock { state in
      if state.isReleased {
        sleeper.finish()
      } else {
        state.sleepers.append(sleeper)
      }
    }
    // It ends when it is released, or when the sleeping task is cancelled.
    for await _ in end {}
    try Task.checkCancellation()
  }
}
