import Capabilities
import Synchronization
import Transport
import Vocabulary

/// Tells once when this machine's clock and the forge's differ. Nothing is decided by both of them: release
/// windows and expiries go by ours, the newest of two rows by its number, limits by the forge's own times.
final class ClockComparison: Sendable {
  /// An answer is on its way for a while, and says whole seconds.
  static let differenceMax = TimeSpan.minutes(2)

  private let clock: any WallClock
  private let tell: @Sendable (String) -> Void
  private let isTold = Mutex(false)

  init(clock: any WallClock, tell: @escaping @Sendable (String) -> Void) {
    self.clock = clock
    self.tell = tell
  }

  func note(_ answer: HTTPAnswer, from forge: HTTPAddress) {
    guard let seconds = answer.secondsOfDate else { return }
    let (ours, theirs) = (clock.now(), Timestamp(milliseconds: seconds * 1_000))
    let difference = max(ours.since(theirs), theirs.since(ours))
    guard difference > Self.differenceMax,
      isTold.withLock({ isTold in
        defer { isTold = true }
        return !isTold
      })
    else { return }
    tell(
      "this machine's clock shows \(ours), and that of \(forge) \(theirs): release windows and expiries go "
        + "by this machine's; set it right if it is the wrong one")
  }
}
