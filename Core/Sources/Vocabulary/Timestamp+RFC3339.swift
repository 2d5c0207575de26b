extension Timestamp {
  /// Reads RFC 3339: `2026-11-21T05:38:55Z`, `…55.123+02:00`; nil for anything else. Digits beyond
  /// milliseconds are cut.
  public init?(rfc3339 text: String) {
    var scanner = DigitScanner(text)
    guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2),
      scanner.take("-"), let day = scanner.number(2),
      scanner.take("T") || scanner.take("t") || scanner.take(" "),
      let hour = scanner.number(2), scanner.take(":"), let minute = scanner.number(2),
      scanner.take(":"), let second = scanner.number(2), let fraction = scanner.fraction(),
      let offset = scanner.offset(), scanner.isAtEnd,
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    let days = daysSince1970(year: year, month: month, day: day)
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
    self.init(milliseconds: seconds * 1_000 + fraction)
  }
}

/// The day number of a date of the proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms", `days_from_civil`).
func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
  let shiftedYear = month <= 2 ? year - 1 : year
  let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
  let yearOfEra = shiftedYear - era * 400
  let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
  let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/// Takes digits and marks off the front of a text.
private struct DigitScanner {
  private var left: ArraySlice<UInt8>

  init(_ text: String) { left = Array(text.utf8.prefix(64))[...] }

  var isAtEnd: Bool { left.isEmpty }

  mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard left.first == UInt8(ascii: mark) else { return false }
    left = left.dropFirst()
    return true
  }

  mutating func number(_ digits: Int) -> Int64? {
    let taken = left.prefix(digits)
    guard taken.count == digits, taken.allSatisfy(\.isDigit) else { return nil }
    left = left.dropFirst(digits)
    return taken.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
  }

  /// Milliseconds; zero when there is no fraction.
  mutating func fraction() -> Int64? {
    guard take(".") else { return 0 }
    let digits = left.prefix(while: \.isDigit)
    guard !digits.isEmpty else { return nil }
    left = left.dropFirst(digits.count)
    let three = (digits + [48, 48, 48]).prefix(3)
    return three.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
  }

  /// Seconds east of UTC.
  mutating func offset() -> Int64? {
    if take("Z") || take("z") { return 0 }
    let sign: Int64 = take("-") ? -1 : (take("+") ? 1 : 0)
    guard sign != 0, let hours = number(2), take(":"), let minutes = number(2), hours < 24,
      minutes < 60
    else { return nil }
    return sign * (hours * 3_600 + minutes * 60)
  }
}
