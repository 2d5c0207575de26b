import Diagnostics
import Vocabulary

extension SettingsReader {
  /// A whole number within `range`.
  mutating func number(_ field: Field, in range: ClosedRange<Int>, default number: Int?) -> Int? {
    if field.node == nil, let number { return number }
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let text = text(field, expected: expected) else { return nil }
    return bounded(Int(decimal: text), in: range, field, text, expected: expected)
  }

  /// A share such as `10%`, within `range`.
  mutating func percent(_ field: Field, in range: ClosedRange<Int>, default number: Int?) -> Int? {
    if field.node == nil, let number { return number }
    let expected = "a share from \(range.lowerBound)% to \(range.upperBound)%"
    guard let text = text(field, expected: expected) else { return nil }
    let number = text.hasSuffix("%") ? Int(decimal: String(text.dropLast())) : nil
    return bounded(
      number, in: range, field, text, expected: expected,
      hint: Int(decimal: text).map { "did you mean '\($0)%'?" })
  }

  /// A length of time such as `60s`, within `range`.
  mutating func span(
    _ field: Field, in range: ClosedRange<TimeSpan>, default span: TimeSpan?
  ) -> TimeSpan? {
    if field.node == nil, let span { return span }
    let expected =
      "a time from \(range.lowerBound) to \(range.upperBound), such as '500ms', '60s' or '4m'"
    guard let text = text(field, expected: expected) else { return nil }
    return bounded(
      TimeSpan(written: text), in: range, field, text, expected: expected,
      hint: Int(decimal: text).map { "a time has a unit; did you mean '\($0)s'?" })
  }

  private mutating func bounded<Value: Comparable>(
    _ value: Value?, in range: ClosedRange<Value>, _ field: Field, _ text: String, expected: String,
    hint: String? = nil
  ) -> Value? {
    guard let value else {
      report(
        .wrongType, at: field.place, "'\(field.path)': expected \(expected), found \(shown(text))",
        hint: hint)
      return nil
    }
    guard range.contains(value) else {
      report(
        .outOfRange, at: field.place, "'\(field.path)': expected \(expected), found \(shown(text))")
      return nil
    }
    return value
  }
}

extension Int {
  /// A number written with plain digits and at most a minus; no sign, base or separator is guessed
  /// at. A number too large to be held is the largest, which every range refuses.
  fileprivate init?(decimal text: String) {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    self = Int(text) ?? (text.hasPrefix("-") ? .min : .max)
  }
}

extension TimeSpan {
  /// `500ms`, `60s`, `4m` or `2h`.
  fileprivate init?(written text: String) {
    let units: [(suffix: String, milliseconds: Int64)] =
      [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)]
    guard let unit = units.first(where: { text.hasSuffix($0.suffix) }),
      let count = Int(decimal: String(text.dropLast(unit.suffix.count))), count >= 0
    else { return nil }
    let (product, overflow) = Int64(count).multipliedReportingOverflow(by: unit.milliseconds)
    self = overflow ? .longest : .milliseconds(min(product, TimeSpan.longest.milliseconds))
  }
}
