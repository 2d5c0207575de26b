public import Vocabulary

/// A place where the chain does not hold: what was written there is not what is found there.
public struct ChainFault: Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// The entries from ``ChainFault/at`` to this one are gone.
    case missing(through: Position)
    /// The entry's content does not give the hash stored with it.
    case altered
    /// The entry is whole in itself, but was written after another entry than the one before it.
    case detached
    /// The journal ends here, but was written down to end with another entry, at `recorded`; nil
    /// when that note is gone.
    case end(recorded: Position?)
  }

  /// The first position concerned.
  public let at: Position
  public let kind: Kind

  init(at: Position, kind: Kind) {
    self.at = at
    self.kind = kind
  }

  /// Compares where a walk along the rows came to with the end that was written down; nil when they
  /// are the same.
  init?(comparing end: ChainLink, with recorded: ChainLink) {
    guard recorded != end else { return nil }
    guard recorded.position <= end.position else {
      self.init(at: end.position.next, kind: .missing(through: recorded.position))
      return
    }
    self.init(at: end.position, kind: .end(recorded: recorded.position))
  }

  public var description: String {
    switch kind {
    case .missing(let last) where last == at: "entry \(at) is missing"
    case .missing(let last): "entries \(at) to \(last) are missing"
    case .altered:
      "entry \(at) was altered after it was written: its hash does not match its content"
    case .detached: "entry \(at) does not follow the entry before it: one of them was replaced"
    case .end(nil): "the note of where the journal ends is gone"
    case .end(at): "entry \(at) is not the one that was written last: it was replaced"
    case .end(let recorded?): "it ends at entry \(at), but was written down to end at \(recorded)"
    }
  }
}
