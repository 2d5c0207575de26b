/// A time in which releases may begin, or may not.
public struct ReleaseWindow: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case allow
    case deny
  }

  public let kind: Kind
  public let span: WindowSpan
  public let zone: ZoneOffsets
  public let reason: String

  public init(kind: Kind, span: WindowSpan, zone: ZoneOffsets, reason: String) {
    self.kind = kind
    self.span = span
    self.zone = zone
    self.reason = printable(reason, charactersMax: 200)
  }

  /// The same window by what is known of its zone.
  public func looked(upIn zone: ZoneOffsets) -> ReleaseWindow {
    ReleaseWindow(kind: kind, span: span, zone: zone, reason: reason)
  }

  /// Whether `moment` lies in it; nil when the zone's offset then is not known.
  public func contains(_ moment: Timestamp) -> Bool? {
    switch span {
    case .once(let from, let to): return from <= moment && moment < to
    case .weekly(let from, let to):
      guard let minute = zone.minuteOfWeek(at: moment) else { return nil }
      return from < to
        ? from.minute <= minute && minute < to.minute : minute >= from.minute || minute < to.minute
    }
  }

  /// The next moment after `moment` at which it may begin, end, or be shifted by the zone; nil when there
  /// is none that is known.
  public func nextChange(after moment: Timestamp) -> Timestamp? {
    switch span {
    case .once(let from, let to): return [from, to].filter { $0 > moment }.min()
    case .weekly(let from, let to):
      guard let minute = zone.minuteOfWeek(at: moment) else { return nil }
      let ahead = [from, to].map { edge in
        let minutes = (edge.minute - minute + MinuteOfWeek.count) % MinuteOfWeek.count
        return minutes == 0 ? MinuteOfWeek.count : minutes
      }
      // The edge is at the beginning of a minute.
      let ofMinute = (moment.milliseconds % 60_000 + 60_000) % 60_000
      let edge = Timestamp(
        milliseconds: moment.milliseconds - ofMinute + Int64(ahead.min() ?? 0) * 60_000)
      return [edge, zone.nextShift(after: moment)].compactMap(\.self).min()
    }
  }
}

/// When a window is.
public enum WindowSpan: Hashable, Sendable, Codable {
  /// Every week, from one minute to another, over the weekend where the second is earlier.
  case weekly(from: MinuteOfWeek, to: MinuteOfWeek)
  case once(from: Timestamp, to: Timestamp)
}

/// A minute of the week in some zone, counted from Monday 00:00.
public struct MinuteOfWeek: Hashable, Comparable, Sendable, Codable {
  public static let count = 7 * 24 * 60
  public let minute: Int

  /// - Precondition: 0 to 10 079.
  public init(_ minute: Int) {
    precondition((0..<Self.count).contains(minute), "a week has 10 080 minutes")
    self.minute = minute
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let minute = try container.decode(Int.self)
    guard (0..<Self.count).contains(minute) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected a minute of the week, found \(minute)")
    }
    self.minute = minute
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(minute)
  }

  /// `Fri 16:00`, any case.
  public init?(written text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let day = Self.days.firstIndex(of: parts[0].lowercased()) else {
      return nil
    }
    let time = parts[1].split(separator: ":", omittingEmptySubsequences: false)
    guard time.count == 2, time.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(\.isDigit) }),
      let hour = Int(time[0]), let minute = Int(time[1]), hour < 24, minute < 60
    else { return nil }
    self.init((day * 24 + hour) * 60 + minute)
  }

  /// As it is written: `Fri 16:00`.
  public var written: String {
    let day = Self.days[minute / (24 * 60)]
    let (hour, rest) = (minute / 60 % 24, minute % 60)
    return day.prefix(1).uppercased() + day.dropFirst()
      + " \(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
  }

  private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  public static func < (left: Self, right: Self) -> Bool { left.minute < right.minute }
}

/// How far a time zone is from UTC, for a stretch of time: the zone's rules, expanded to data by the shell
/// when the plan is made, because the core reads no zone database.
public struct ZoneOffsets: Hashable, Sendable, Codable {
  public struct Offset: Hashable, Sendable, Codable {
    public let from: Timestamp
    public let secondsEast: Int

    public init(from: Timestamp, secondsEast: Int) {
      self.from = from
      self.secondsEast = secondsEast
    }
  }

  /// As the zone database calls it: `America/New_York`.
  public let name: String
  /// In order of time; the first holds from the beginning of what is known.
  public let offsets: [Offset]
  /// From here on nothing is known.
  public let until: Timestamp

  public init(name: String, offsets: [Offset], until: Timestamp) {
    self.name = name
    self.offsets = offsets
    self.until = until
  }

  /// A zone that nobody has looked up yet: a weekly window of it is closed.
  public init(unknown name: String) {
    self.init(name: name, offsets: [], until: Timestamp(milliseconds: .min))
  }

  func minuteOfWeek(at moment: Timestamp) -> Int? {
    guard moment < until, let offset = offsets.last(where: { $0.from <= moment }) else {
      return nil
    }
    let seconds = moment.milliseconds.flooredQuotient(by: 1_000) + Int64(offset.secondsEast)
    // The first of January 1970 was a Thursday.
    let minutes = seconds.flooredQuotient(by: 60) + 3 * 24 * 60
    let week = Int64(MinuteOfWeek.count)
    return Int((minutes % week + week) % week)
  }

  func nextShift(after moment: Timestamp) -> Timestamp? {
    offsets.first { $0.from > moment }?.from
  }
}
