public import Decisions
public import Vocabulary

/// The append-only truth of one delivery (architecture.md, rules 2 and 6).
///
/// Calls block until the answer is durable or known; call them where blocking is allowed. After any failure
/// of ``append(_:expecting:)`` other than ``AppendResult/conflict(_:)`` the writer stops acting, re-opens and
/// verifies, because it cannot know what was stored.
public protocol Journal: Sendable {
  /// Appends `records` in order, all or none, if the journal still ends at `expected`.
  ///
  /// When somebody else appended first, nothing is stored and the answer holds what they wrote: fold it in
  /// and decide again.
  func append(_ records: [Record], expecting expected: Position) throws(JournalFailure)
    -> AppendResult

  /// Everything after `position`, in order.
  func entries(after position: Position) throws(JournalFailure) -> [Entry]

  /// Where the journal ends now. Cheap: asked before every effect.
  func end() throws(JournalFailure) -> Position

  /// The newest fold over a prefix that is kept beside the entries and can be relied on; empty without one.
  /// - Throws: when the entries it stands for are gone and it cannot be used: nothing can be known then.
  func snapshot() throws(JournalFailure) -> DecisionLoop.Snapshot

  /// Keeps `snapshot` for those who open the journal later. Best effort: without it they fold more.
  func keep(_ snapshot: DecisionLoop.Snapshot)
}

/// A journal that keeps no snapshots is folded from its beginning.
extension Journal {
  public func snapshot() throws(JournalFailure) -> DecisionLoop.Snapshot { .empty }
  public func keep(_ snapshot: DecisionLoop.Snapshot) {}
}

/// One event and the effects that were decided on it, before it has a place.
public struct Record: Hashable, Sendable, Codable {
  public let at: Timestamp
  public let event: Event
  public let effects: [Effect]

  public init(at: Timestamp, event: Event, effects: [Effect]) {
    self.at = at
    self.event = event
    self.effects = effects
  }
}

/// A ``Record`` at its place in the journal.
public struct Entry: Hashable, Sendable {
  /// Its own position: the first entry is at 1.
  public let position: Position
  public let record: Record

  public init(position: Position, record: Record) {
    self.position = position
    self.record = record
  }
}

/// What an append came to.
public enum AppendResult: Hashable, Sendable {
  /// Durable; the journal now ends here.
  case appended(Position)
  /// Nothing was stored: these entries came first.
  case conflict([Entry])
}

/// Why the journal could not be used. Each is a sentence a person can act on.
public enum JournalFailure: Error, Hashable, Sendable {
  /// It does not exist and may not be created here, or cannot be opened.
  case unavailable(path: String, detail: String)
  /// The repository or the server that keeps it does not answer.
  case unreachable(path: String, detail: String)
  /// Somebody holds it for longer than we wait.
  case busy(path: String)
  /// The lead of it was lost while something was done that needs it; that was stopped.
  case overtaken(path: String)
  /// It may be read and not written.
  case readOnly(path: String)
  /// There is no room to write.
  case full(path: String)
  /// It was written by a newer version of pawl.
  case newer(path: String, found: Int, supported: Int)
  /// The hash chain does not hold: it was altered, or cut, after it was written.
  case tampered(path: String, at: Position, detail: String)
  /// An entry was stored whole and this version does not understand it, so it may not act.
  case notUnderstood(at: Position)
  /// The store answered something else.
  case failed(path: String, detail: String)
}
