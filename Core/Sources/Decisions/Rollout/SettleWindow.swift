import Vocabulary

/// When a tenant is expected to come up: around the time that it took after the last order.
///
/// What takes a minute takes about a minute again. Looks are seldom before that, close together around it,
/// and then as of somebody of whom nothing is known (docs/decisions/0120-tenants-are-looked-for-when-due.md).
struct SettleWindow {
  /// No pause before the window is longer.
  static let pauseMax = TimeSpan.seconds(90)
  /// One in so many pauses is taken in two, so that a tenant that has become much quicker is noticed.
  private static let halvedOneIn = UInt64(8)

  let start: TimeSpan
  let end: TimeSpan
  /// Between two looks inside of it.
  let step: TimeSpan

  /// Looks before a tenant is due are mostly for nothing, those after that mostly find it: so it begins later
  /// than it would to be even.
  init(around usual: TimeSpan) {
    start = .milliseconds(usual.milliseconds * 93 / 100)
    end = .milliseconds(usual.milliseconds * 110 / 100)
    step = .milliseconds(usual.milliseconds / 45)
  }

  /// To the next look before it begins, one of equal parts of what is left until then.
  func pauseBefore(_ elapsed: TimeSpan, jitter: UInt64) -> TimeSpan {
    let left = start.milliseconds - elapsed.milliseconds
    let partsMin: Int64 = jitter % Self.halvedOneIn == 0 ? 2 : 1
    let parts = max(partsMin, (left + Self.pauseMax.milliseconds - 1) / Self.pauseMax.milliseconds)
    return .milliseconds(max(1, (left + parts - 1) / parts))
  }
}
