/// A length of time in whole milliseconds, never negative.
///
/// Encodes as its number of milliseconds. Spans are measured with a monotonic clock; they are the only
/// thing that lets time pass in a decision (invariant I24).
public struct TimeSpan: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  public let milliseconds: Int64

  /// At most ``longest``.
  /// - Precondition: `milliseconds` is not negative.
  public static func milliseconds(_ milliseconds: Int64) -> TimeSpan {
    precondition(milliseconds >= 0, "a span of time is not negative")
    return TimeSpan(milliseconds: min(milliseconds, longest.milliseconds))
  }

  public static func seconds(_ seconds: Int64) -> TimeSpan { whole(seconds, of: 1_000) }
  public static func minutes(_ minutes: Int64) -> TimeSpan { whole(minutes, of: 60_000) }

  private static func whole(_ count: Int64, of milliseconds: Int64) -> TimeSpan {
    let (product, isTooLong) = count.multipliedReportingOverflow(by: milliseconds)
    return .milliseconds(isTooLong ? (count > 0 ? .max : .min) : product)
  }

  public static let zero = TimeSpan(milliseconds: 0)

  /// The longest span that can be asked for: a hundred years, so that sums cannot overflow.
  public static let longest = TimeSpan(milliseconds: 100 * 365 * 86_400_000)

  private init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let milliseconds = try container.decode(Int64.self)
    guard (0...Self.longest.milliseconds).contains(milliseconds) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription:
          "expected 0 to \(Self.longest.milliseconds) milliseconds, found \(milliseconds)")
    }
    self.milliseconds = milliseconds
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(milliseconds)
  }

  /// The same span as the standard library's type, for clocks.
  public var duration: Duration { .milliseconds(milliseconds) }

  public static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: min(left.milliseconds + right.milliseconds, longest.milliseconds))
  }

  /// What is left of `left` after `right`, zero when nothing is.
  public static func - (left: TimeSpan, right: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: max(left.milliseconds - right.milliseconds, 0))
  }

  public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// `450ms`, `7s`, `1.5s`, `4m`, `1h 5m`: as exact as a person wants it.
  public var description: String {
    if milliseconds < 1_000 { return "\(milliseconds)ms" }
    if milliseconds < 10_000, milliseconds % 1_000 != 0 {
      return "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100)s"
    }
    let seconds = milliseconds / 1_000
    if seconds < 60 { return "\(seconds)s" }
    let minutes = seconds / 60
    if minutes < 60 { return seconds % 60 == 0 ? "\(minutes)m" : "\(minutes)m \(seconds % 60)s" }
    return minutes % 60 == 0 ? "\(minutes / 60)h" : "\(minutes / 60)h \(minutes % 60)m"
  }
}
