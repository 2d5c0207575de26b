import Vocabulary

/// The only place of this driver that waits: asks again and again until there is an answer, or no time.
///
/// Everything the driver waits for (a lock, a process that ends, a port that opens) has no event it could
/// be told by without being the parent of that process, which it must not be.
struct Patience: Sendable {
  let clock: any Clock<Duration>

  /// The first answer that is not nil; nil when there was none `within` this long. Asks at least once, and
  /// once more at the very end.
  /// - Throws: what `ask` throws, or `CancellationError`.
  func answer<Answer>(
    within: TimeSpan, every pause: TimeSpan, _ ask: () async throws -> Answer?
  ) async throws -> Answer? {
    try await answer(on: clock, within: within.duration, every: pause.duration, ask)
  }

  private func answer<Answer, C: Clock<Duration>>(
    on clock: C, within: Duration, every pause: Duration, _ ask: () async throws -> Answer?
  ) async throws -> Answer? {
    let end = clock.now.advanced(by: within)
    while true {
      if let answer = try await ask() { return answer }
      let now = clock.now
      guard now < end else { return nil }
      try await clock.sleep(until: min(now.advanced(by: pause), end), tolerance: nil)
    }
  }
}
