import Diagnostics

/// The names that were given so far, and where.
struct Taken {
  private var places: [String: SourcePlace] = [:]

  /// Takes `name`, or tells where it was taken before.
  mutating func take(_ name: String, at place: SourcePlace) -> SourcePlace? {
    if let first = places[name] { return first }
    places[name] = place
    return nil
  }
}

extension SettingsReader {
  /// Reports the second `what` of one name.
  mutating func claim(
    _ name: String, in taken: inout Taken, at place: SourcePlace, what: String, hint: String? = nil
  ) {
    guard let first = taken.take(name, at: place) else { return }
    report(
      .duplicateName, at: place, "there is another \(what) \(shown(name))", hint: hint,
      related: [Finding.Related(place: first, message: "the first one stands here")])
  }
}

/// All values, or nil when one is missing.
func allOrNone<Value>(_ values: [Value?]) -> [Value]? {
  let present = values.compactMap { $0 }
  return present.count == values.count ? present : nil
}
