import Synchronization
import Transport

/// Remembers answers that came with an `ETag`, so that asking again costs nothing while nothing changed:
/// GitHub counts a 304 against no limit.
final class ConditionalCache: Sendable {
  /// Of more targets than this the oldest are asked for in full again.
  static let targetsMax = 64
  /// Larger answers are not kept.
  static let bodyBytesMax = 1 << 20

  private struct Kept: Sendable {
    let target: String
    let tag: String
    let answer: HTTPAnswer
  }

  private let kept = Mutex<[Kept]>([])

  /// The tag to send as `If-None-Match`.
  func tag(of target: String) -> String? {
    kept.withLock { $0.first { $0.target == target }?.tag }
  }

  /// What an answer stands for: itself, or the one kept before when it says that nothing has changed.
  /// Nil when it says so and nothing was kept.
  func resolve(_ answer: HTTPAnswer, to target: String) -> HTTPAnswer? {
    kept.withLock { kept in
      let index = kept.firstIndex { $0.target == target }
      if answer.status == 304 { return index.map { kept[$0].answer } }
      if let index { kept.remove(at: index) }
      if answer.status == 200, let tag = answer.values(of: "etag").first, tag.utf8.count <= 200,
        answer.body.count <= Self.bodyBytesMax
      {
        kept.append(Kept(target: target, tag: tag, answer: answer))
        if kept.count > Self.targetsMax { kept.removeFirst() }
      }
      return answer
    }
  }
}
