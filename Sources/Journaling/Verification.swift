public import Vocabulary

/// What a journal looks like from end to end.
public struct Verification: Hashable, Sendable {
  /// How many rows there are, whole or not.
  public let entries: Int
  public let first: ChainLink?
  /// What to publish outside, so that a rewriting of the whole chain can be noticed: unkeyed hashes
  /// alone cannot tell the writer from somebody who writes everything anew.
  public let last: ChainLink?
  /// What the first entry that is kept follows, when the entries before it were archived.
  public let base: ChainLink?
  /// Rows left out of the fold, in order.
  public let quarantined: [QuarantinedRow]
  /// Everything that does not hold, in order; the first is the one to look at.
  public let faults: [ChainFault]
  /// What became of comparing each snapshot with the fold over the entries.
  public let snapshots: [Snapshot]
  /// What the store itself says is damaged in it, when something is.
  public let damage: String?

  /// Nothing was altered, cut or lost. Quarantined rows that were merely not understood do not
  /// count.
  public var holds: Bool {
    faults.isEmpty && damage == nil && !snapshots.contains { $0.check == .differs }
  }

  public struct Snapshot: Hashable, Sendable {
    public let position: Position
    public let check: SnapshotCheck
  }

  /// The ranges of positions that are gone.
  public var missing: [ClosedRange<Position>] {
    faults.compactMap { fault in
      if case .missing(let last) = fault.kind { fault.at...last } else { nil }
    }
  }
}

/// What comparing a snapshot with the fold over the entries before it came to.
public enum SnapshotCheck: Hashable, Sendable {
  case matches
  /// It is not what was written, or not what the entries come to.
  case differs
  /// It is in a form that this version does not read, and is not used.
  case unusable
  /// The entries it stands for are not all here, or were decided by another version's rules.
  case unknown
}
