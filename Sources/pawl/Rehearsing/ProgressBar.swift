import Control
import Glibc
import Synchronization
import Vocabulary

/// How far a rehearsal is: a bar that is redrawn on a terminal, a line for every tenth elsewhere.
/// On stderr.
final class ProgressBar: Sendable {
  private struct State {
    var shownAt: Int64 = 0
    var tenth: UInt64 = 0
  }

  private let count: UInt64
  private let isLive: Bool
  private let elapsed: @Sendable () -> TimeSpan
  private let state = Mutex(State())

  init(count: UInt64, isLive: Bool) {
    self.count = count
    self.isLive = isLive
    elapsed = Alarms(clock: ContinuousClock()).stopwatch()
  }

  var sinceStart: TimeSpan { elapsed() }

  func show(_ done: UInt64) {
    let now = elapsed().milliseconds
    let line = state.withLock { state -> String? in
      let tenth = UInt64(share(done) * 10)
      guard isLive ? now - state.shownAt >= 200 : tenth > state.tenth else { return nil }
      state.shownAt = now
      state.tenth = tenth
      return text(done, after: now)
    }
    guard let line else { return }
    write(isLive ? "\r\(line)\u{1B}[K" : line + "\n", to: STDERR_FILENO)
  }

  func end() {
    if isLive { write("\r\u{1B}[K", to: STDERR_FILENO) }
  }

  /// From 0 to 1. Any number of seeds can be asked for, so a multiple of it may be none.
  private func share(_ done: UInt64) -> Double { min(1, Double(done) / Double(count)) }

  private func text(_ done: UInt64, after milliseconds: Int64) -> String {
    let perSecond = Double(done) * 1_000 / Double(max(1, milliseconds))
    let seconds = Double(count - min(done, count)) / max(0.001, perSecond)
    // Of more than a hundred years, nobody asks how many.
    let left = TimeSpan.seconds(Int64(min(seconds, Double(TimeSpan.longest.milliseconds / 1_000))))
    let filled = Int(share(done) * 20)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
    return "\(bar) \(done) of \(count) seeds, \(Int(perSecond)) a second, \(left) left"
  }
}
