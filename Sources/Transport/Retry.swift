/// How often a request is tried, and how patiently.
public struct RetryPolicy: Hashable, Sendable {
  /// The first try included.
  public let attemptsMax: Int
  public let backoff: Backoff

  public init(attemptsMax: Int, backoff: Backoff) {
    precondition(attemptsMax >= 1, "at least one try is made")
    self.attemptsMax = attemptsMax
    self.backoff = backoff
  }

  /// One try.
  public static let none = RetryPolicy(
    attemptsMax: 1, backoff: Backoff(pauseFirst: .seconds(1), pauseMax: .seconds(1)))

  /// For reads: rides out a restart of the other side, and gives the core an answer within seconds.
  public static let reads = RetryPolicy(
    attemptsMax: 4, backoff: Backoff(pauseFirst: .milliseconds(250), pauseMax: .seconds(4)))
}

/// Tries something again until it is conclusive, the tries are used up, or the time is.
public struct Retry: Sendable {
  /// What one try came to.
  public enum Attempt<Value: Sendable>: Sendable {
    case conclusive(Value)
    /// Trying again may help, though not before `pause` where the other side has asked for one.
    case passing(Value, pause: Duration?)
  }

  public let policy: RetryPolicy
  /// All tries and pauses together.
  public let total: Duration
  public let clock: any Clock<Duration>
  public let fraction: Fraction

  public init(
    policy: RetryPolicy, total: Duration, clock: any Clock<Duration>, fraction: @escaping Fraction
  ) {
    self.policy = policy
    self.total = total
    self.clock = clock
    self.fraction = fraction
  }

  /// The value of the last try. `attempt` is told how much of the total time is left.
  ///
  /// A pause that would outlast the total is not begun: the answer would come too late, and asking
  /// before the time a server has named only makes it name a longer one. Cancelling ends the pause.
  public func run<Value: Sendable>(
    _ attempt: (_ left: Duration) async -> Attempt<Value>
  ) async -> Value {
    await run(on: clock, attempt)
  }

  private func run<Value: Sendable, Ticking: Clock>(
    on clock: Ticking, _ attempt: (Duration) async -> Attempt<Value>
  ) async -> Value where Ticking.Duration == Duration {
    let start = clock.now
    var attempts = 0
    while true {
      let left = total - start.duration(to: clock.now)
      attempts += 1
      switch await attempt(left) {
      case .conclusive(let value):
        return value
      case .passing(let value, let asked):
        let drawn = policy.backoff.pause(afterAttempt: attempts, fraction: fraction())
        let pause = max(drawn, asked ?? .zero)
        let isLate = start.duration(to: clock.now) + pause >= total
        guard attempts < policy.attemptsMax, !isLate else { return value }
        do { try await clock.sleep(for: pause) } catch { return value }
      }
    }
  }
}
