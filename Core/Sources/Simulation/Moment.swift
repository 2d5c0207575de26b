import Control
import Decisions
import Vocabulary

/// Something the invariants look at, the moment it happens.
enum Moment {
  /// Events became durable; the world's state is the fold that includes them.
  case committed(Event)
  /// A process sends an effect that changes something.
  case sent(Effect, FencingToken)
  /// A channel tag, or a pin, was moved by an effect of ours.
  case tagMoved(TagWrite, from: ShownTag?, by: Effect)
  /// A tenant was restarted by an effect of ours.
  case tenantMoved(Redeploy, from: Commit?, by: Effect, FencingToken)
  /// Power failed, everything died, and the disk is as it was left.
  case powerReturned
  /// A run has ended, as the events so far have it.
  case ended(Run)
  /// Everything has come to rest after the world healed.
  case atRest
}

/// Something that must never happen did.
public struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
  /// `I5b`, `L1`.
  public let id: String
  public let sentence: String

  public var description: String { "\(id): \(sentence)" }
}

/// One promise of safety.md, checked while the world turns.
protocol Invariant {
  /// Looks at one moment, after it happened.
  mutating func check(_ moment: Moment, in world: World) throws(Violation)
}
