public import Vocabulary

/// Judges release windows: inside an `allow` where there are any, and inside no `deny`.
public enum ReleaseCalendar {
  /// Enough for every minute edge of a year of a few windows.
  private static let stepsMax = 4_000

  static func verdict(_ windows: [ReleaseWindow], at now: Timestamp) -> GateVerdict {
    let objections = self.objections(windows, at: now)
    guard !objections.isEmpty else {
      return GateVerdict(.window, "windows", .confirmed, evidence: "open at \(now)")
    }
    let opening = nextOpening(windows, after: now)
    return GateVerdict(
      .window, "windows", .pending("closed: " + objections.joined(separator: ", ")),
      evidence: "at \(now)", next: opening.map { "opens at \($0)" } ?? "no opening is known")
  }

  /// Why what has begun may not go on now: a time that is denied. That an allowed time is over does not stop
  /// what began in it.
  static func freeze(_ windows: [ReleaseWindow], at now: Timestamp) -> String? {
    let denied = windows.filter { $0.kind == .deny }
    let objections = objections(denied, at: now)
    guard !objections.isEmpty else { return nil }
    let opening = nextOpening(denied, after: now).map { "until \($0)" } ?? "with no known end"
    return "releases are frozen \(opening): " + objections.joined(separator: ", ")
  }

  /// How long it is until nothing is denied any more; nil when that is not known.
  static func timeToThaw(_ windows: [ReleaseWindow], at now: Timestamp) -> TimeSpan? {
    nextOpening(windows.filter { $0.kind == .deny }, after: now).map { $0.since(now) }
  }

  /// Whether nothing objects now.
  public static func isOpen(_ windows: [ReleaseWindow], at now: Timestamp) -> Bool {
    objections(windows, at: now).isEmpty
  }

  /// The next moment at which nothing objects; nil when none is known.
  public static func nextOpening(_ windows: [ReleaseWindow], after now: Timestamp) -> Timestamp? {
    var moment = now
    for _ in 0..<stepsMax {
      guard let change = windows.compactMap({ $0.nextChange(after: moment) }).min() else {
        return nil
      }
      if objections(windows, at: change).isEmpty { return change }
      moment = change
    }
    return nil
  }

  /// The moment at which the answer can change, whichever way.
  static func nextChange(_ windows: [ReleaseWindow], after now: Timestamp) -> Timestamp? {
    windows.compactMap { $0.nextChange(after: now) }.min()
  }

  /// Why nothing may begin now; empty when it may. A zone that is not known that far objects.
  private static func objections(_ windows: [ReleaseWindow], at now: Timestamp) -> [String] {
    var reasons: [String] = []
    var allowed: [Bool] = []
    for window in windows {
      switch (window.kind, window.contains(now)) {
      case (_, nil): reasons.append("the clock of \(window.zone.name) is not known for \(now)")
      case (.deny, true): reasons.append(window.reason.isEmpty ? "frozen" : window.reason)
      case (.deny, false): continue
      case (.allow, let isInside?): allowed.append(isInside)
      }
    }
    if !allowed.isEmpty, !allowed.contains(true) { reasons.append("outside of every allowed time") }
    return reasons
  }
}
