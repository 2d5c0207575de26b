import Glibc

/// Waits before a store that did not answer is asked again. Blocks its thread, as every call of a
/// journal does.
struct BlockingPause: Sendable {
  var first = 100
  var max = 2_000

  /// Waits longer with each attempt.
  func before(attempt: Int) {
    let milliseconds = min(first << min(attempt - 1, 10), max)
    // Waits for nothing but the time: no descriptor is watched.
    _ = poll(nil, 0, Int32(milliseconds))
  }
}
