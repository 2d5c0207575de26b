/// How long to pause before asking again: doubling from a first pause up to a longest one, with
/// jitter so that many who failed together do not come back together.
public struct Backoff: Hashable, Sendable {
  public let pauseFirst: Duration
  public let pauseMax: Duration

  public init(pauseFirst: Duration, pauseMax: Duration) {
    precondition(pauseFirst > .zero && pauseFirst <= pauseMax, "the first pause is not the longest")
    self.pauseFirst = pauseFirst
    self.pauseMax = pauseMax
  }

  /// The pause after try number `attempt`, counted from 1: between half of the full pause and all
  /// of it, as `fraction` (0 to 1) says.
  public func pause(afterAttempt attempt: Int, fraction: Double) -> Duration {
    var full = pauseFirst
    for _ in 1..<max(attempt, 1) where full < pauseMax { full *= 2 }
    return min(full, pauseMax) * (0.5 + min(max(fraction, 0), 1) / 2)
  }
}

/// Draws a number from 0 to 1. Jitter is the only thing it is used for.
public typealias Fraction = @Sendable () -> Double

/// The machine's own dice; tests hand in a fixed number instead.
public let systemFraction: Fraction = { Double.random(in: 0...1) }
