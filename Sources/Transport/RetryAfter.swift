/// How long an answer asks to wait, in its `Retry-After` field (RFC 9110, 10.2.3): a number of
/// seconds, or a date, which is taken relative to the answer's own `Date`, so no clock of ours is
/// involved.
///
/// Nil when it does not ask, or says it in a way that cannot be understood.
func retryAfter(_ answer: HTTPAnswer) -> Duration? {
  guard let text = answer.values(of: "retry-after").first else { return nil }
  if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
    // Nine digits are thirty years: more is either nonsense or as good as never.
    return Int64(text).map { .seconds(min($0, 999_999_999)) }
  }
  guard let until = secondsSince1970(httpDate: text),
    let now = answer.values(of: "date").first.flatMap(secondsSince1970(httpDate:))
  else { return nil }
  return .seconds(max(until - now, 0))
}

/// The moment an IMF-fixdate names: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7). The two
/// obsolete forms are not understood.
func secondsSince1970(httpDate text: String) -> Int64? {
  let parts = text.split(separator: " ", omittingEmptySubsequences: false)
  guard parts.count == 6, parts[5] == "GMT", parts[0].hasSuffix(","),
    let day = number(parts[1], digits: 2), (1...31).contains(day),
    let month = monthNames.firstIndex(of: String(parts[2])),
    let year = number(parts[3], digits: 4)
  else { return nil }
  let time = parts[4].split(separator: ":", omittingEmptySubsequences: false)
  guard time.count == 3, let hour = number(time[0], digits: 2), hour < 24,
    let minute = number(time[1], digits: 2), minute < 60,
    let second = number(time[2], digits: 2), second <= 60
  else { return nil }
  let days = daysSince1970(year: year, month: Int64(month) + 1, day: day)
  return days * 86_400 + hour * 3_600 + minute * 60 + second
}

private let monthNames = [
  "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
]

private func number(_ text: Substring, digits: Int) -> Int64? {
  text.utf8.count == digits && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    ? Int64(text) : nil
}

/// The day number of a date of the proleptic Gregorian calendar from year 0 on (Howard Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
private func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
  let shiftedYear = month <= 2 ? year - 1 : year
  let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
  let yearOfEra = shiftedYear - era * 400
  let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
  let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
