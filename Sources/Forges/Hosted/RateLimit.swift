import Capabilities
import Synchronization
import Transport
import Vocabulary

/// Keeps to the times a forge has said it will not answer before, so that nothing asks meanwhile: asking
/// only makes it name a later one.
final class RateLimit: Sendable {
  /// How long to stay away when a forge says "too often" and no time (GitHub's secondary limits).
  static let pauseUnstated = TimeSpan.seconds(60)
  /// A forge that names a later time than this is asked again then all the same.
  static let pauseMax = TimeSpan.minutes(70)

  private let clock: any WallClock
  private let until = Mutex<Timestamp?>(nil)

  init(clock: any WallClock) { self.clock = clock }

  /// Why nothing is to be sent now, or nil.
  func refusal(of what: String) -> Unknown? {
    guard let until = until.withLock({ $0 }) else { return nil }
    let left = until.since(clock.now())
    guard left > .zero else { return nil }
    return Unknown(.rateLimited, "\(what) was not asked: the forge's limit is used up for \(left)")
  }

  /// Takes in an answer; why it brought nothing when that is because of a limit.
  func note(_ answer: HTTPAnswer, to what: String) -> Unknown? {
    guard let pause = Self.pause(answer) else { return nil }
    let bounded = min(pause, Self.pauseMax)
    let end = clock.now().advanced(by: bounded)
    until.withLock { $0 = max($0 ?? end, end) }
    return Unknown(
      .rateLimited,
      "\(what) was answered \(answer.status): the forge's limit is used up for \(bounded)")
  }

  /// How long the answer wants us to stay away; nil when it is not about a limit (GitHub, "Rate limits for
  /// the REST API"). A 403 that says nothing of a limit is a missing permission.
  private static func pause(_ answer: HTTPAnswer) -> TimeSpan? {
    guard answer.status == 403 || answer.status == 429 else { return nil }
    if let asked = answer.pauseAsked { return .milliseconds(asked.milliseconds) }
    if answer.values(of: "x-ratelimit-remaining").first == "0" {
      // By the forge's own clock, which need not be ours.
      guard let reset = answer.values(of: "x-ratelimit-reset").first.flatMap(moment),
        let now = answer.secondsOfDate
      else { return pauseUnstated }
      return .seconds(min(max(reset - now, 1), pauseMax.milliseconds / 1_000))
    }
    return answer.status == 429 ? pauseUnstated : nil
  }

  /// Seconds since 1970 until the end of the year 9999, which is also as far as a `Date` goes: the difference
  /// of two such moments is always a number. Nil for anything else.
  private static func moment(_ text: String) -> Int64? {
    Int64(text).flatMap { (0...253_402_300_799).contains($0) ? $0 : nil }
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}
