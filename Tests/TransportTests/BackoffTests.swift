import Testing
import Transport

struct BackoffTests {
  let backoff = Backoff(pauseFirst: .milliseconds(250), pauseMax: .seconds(4))

  @Test func `a pause doubles with every try until it is the longest`() {
    let pauses = (1...7).map { backoff.pause(afterAttempt: $0, fraction: 1) }

    #expect(
      pauses == [
        .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(4),
        .seconds(4),
      ])
  }

  @Test func `jitter takes away half of a pause at most`() {
    #expect(backoff.pause(afterAttempt: 3, fraction: 0) == .milliseconds(500))
    #expect(backoff.pause(afterAttempt: 3, fraction: 0.5) == .milliseconds(750))
  }

  @Test func `a thousandth try does not overflow`() {
    #expect(backoff.pause(afterAttempt: 1_000, fraction: 1) == .seconds(4))
  }
}
