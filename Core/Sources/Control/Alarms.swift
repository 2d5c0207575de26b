public import Vocabulary

/// Waits, and measures, by a monotonic clock. Together with `Retry` the only place where time passes.
public struct Alarms: Sendable {
  private let clock: any Clock<Duration>

  public init(clock: any Clock<Duration>) { self.clock = clock }

  /// Comes back after at least `span`.
  /// - Throws: `CancellationError` when the task is cancelled meanwhile.
  public func pause(for span: TimeSpan) async throws {
    try await clock.sleep(for: span.duration)
  }

  /// Starts measuring; each call of the result tells how long it has been.
  public func stopwatch() -> @Sendable () -> TimeSpan { Self.stopwatch(on: clock) }

  private static func stopwatch<C: Clock<Duration>>(on clock: C) -> @Sendable () -> TimeSpan {
    let start = clock.now
    return {
      let (seconds, attoseconds) = start.duration(to: clock.now).components
      return .milliseconds(max(0, seconds * 1_000 + attoseconds / 1_000_000_000_000_000))
    }
  }
}
