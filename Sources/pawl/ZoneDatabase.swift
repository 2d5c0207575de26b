import Foundation
import Vocabulary

/// The time zones of this machine, turned into data for windows (docs/decisions/0062-time-zones-are-data.md).
struct ZoneDatabase {
  /// How far ahead a clock is looked up: longer than any run waits.
  private static let span = TimeSpan.minutes(400 * 24 * 60)
  private static let past = TimeSpan.minutes(7 * 24 * 60)
  /// Of more changes of a clock than this in the time that is looked at, the rest is not known.
  private static let offsetsMax = 20

  private let now: Timestamp

  init(at now: Timestamp) { self.now = now }

  /// The rules of one zone, from a week ago on.
  /// - Throws: when there is none of this name.
  func offsets(of name: String) throws(Malformed) -> ZoneOffsets {
    guard let known = TimeZone(identifier: name) else {
      throw Malformed(
        noun: "time zone", expected: "a name of the zone database, such as Europe/Berlin",
        found: name)
    }
    let start = Timestamp(milliseconds: now.milliseconds - Self.past.milliseconds)
    let end = start.advanced(by: Self.span)
    var moment = Date(timeIntervalSince1970: Double(start.milliseconds) / 1_000)
    var offsets = [ZoneOffsets.Offset(from: start, secondsEast: known.secondsFromGMT(for: moment))]
    while let next = known.nextDaylightSavingTimeTransition(after: moment),
      offsets.count < Self.offsetsMax
    {
      let from = Timestamp(milliseconds: Int64((next.timeIntervalSince1970 * 1_000).rounded()))
      guard from < end else { break }
      offsets.append(.init(from: from, secondsEast: known.secondsFromGMT(for: next)))
      moment = next
    }
    return ZoneOffsets(name: name, offsets: offsets, until: end)
  }

  /// The same windows, which now know their zones.
  func looked(up windows: [ReleaseWindow]) throws(Malformed) -> [ReleaseWindow] {
    try windows.map { window throws(Malformed) in
      window.looked(upIn: try offsets(of: window.zone.name))
    }
  }

  /// Nobody can say when a tenant may be moved whose zone is not known: it is left out as ambiguous, which
  /// holds every order until somebody has mended it.
  func lookUpWindows(in census: Census) -> Census {
    var tenants: [Tenant] = []
    var leftOut = census.leftOut
    for tenant in census.tenants {
      do throws(Malformed) {
        let windows = try tenant.windows.map { windows throws(Malformed) in
          try looked(up: windows)
        }
        tenants.append(tenant.movable(in: windows))
      } catch {
        leftOut.append(
          Census.LeftOut(
            name: tenant.slug.text, slug: tenant.slug, address: tenant.address,
            labels: tenant.labels, reason: .ambiguous("the zone of its window is \(error)")))
      }
    }
    return Census(tenants, leftOut: leftOut)
  }
}
