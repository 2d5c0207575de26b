/// Counts how long ago it was made, on a monotonic clock: for how long a token is good, and how long an
/// exchange took. What the time of day does meanwhile plays no part.
public struct Stopwatch: Sendable {
  private let elapsedNow: @Sendable () -> Duration

  public init(on clock: any Clock<Duration> = ContinuousClock()) {
    elapsedNow = Self.counting(on: clock)
  }

  /// Since it was made.
  public var elapsed: Duration { elapsedNow() }

  private static func counting<Ticking: Clock>(
    on clock: Ticking
  ) -> @Sendable () -> Duration where Ticking.Duration == Duration {
    let start = clock.now
    return { start.duration(to: clock.now) }
  }
}
