/// A moment on the wall clock, in milliseconds since 1970-01-01T00:00:00Z, for people and for expiries.
///
/// Nothing is gated on the difference of two of these except the expiry of an override, and there a clock
/// that jumps back does not help: the loop never lets time run backwards (invariant I24).
public struct Timestamp: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  public let milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public init(from decoder: any Decoder) throws {
    milliseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(milliseconds)
  }

  /// The moment `span` later; stays at the last moment that can be said.
  public func advanced(by span: TimeSpan) -> Timestamp {
    let (sum, overflow) = milliseconds.addingReportingOverflow(span.milliseconds)
    return Timestamp(milliseconds: overflow ? Int64.max : sum)
  }

  /// How long ago `earlier` was; zero when it lies ahead.
  public func since(_ earlier: Timestamp) -> TimeSpan {
    let (difference, overflow) = milliseconds.subtractingReportingOverflow(earlier.milliseconds)
    guard !overflow else { return milliseconds < 0 ? .zero : .longest }
    return .milliseconds(min(max(difference, 0), TimeSpan.longest.milliseconds))
  }

  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// RFC 3339 in UTC with milliseconds: `2026-11-21T05:38:55.000Z`.
  public var description: String {
    let days = milliseconds.flooredQuotient(by: 86_400_000)
    let remainder = milliseconds % 86_400_000
    let ofDay = remainder < 0 ? remainder + 86_400_000 : remainder
    let (year, month, day) = civil(daysSince1970: days)
    let time = [ofDay / 3_600_000, ofDay / 60_000 % 60, ofDay / 1_000 % 60].map { padded($0, 2) }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
      + time.joined(separator: ":") + "." + padded(ofDay % 1_000, 3) + "Z"
  }
}

/// The proleptic Gregorian date of a day number (Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `civil_from_days`).
private func civil(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let shifted = daysSince1970 + 719_468
  let era = shifted.flooredQuotient(by: 146_097)
  let dayOfEra = shifted - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let shiftedMonth = (5 * dayOfYear + 2) / 153
  let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
  let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}

private func padded(_ number: Int64, _ digits: Int) -> String {
  let text = String(number.magnitude)
  let zeros = String(repeating: "0", count: max(0, digits - text.utf8.count))
  return (number < 0 ? "-" : "") + zeros + text
}

extension Int64 {
  func flooredQuotient(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
