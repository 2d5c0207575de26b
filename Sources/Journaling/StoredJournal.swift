public import Control
public import Vocabulary

/// A journal that is kept somewhere: what every kind can do beside appending and reading.
public protocol StoredJournal: Journal {
  /// Where it lies, for people: a path, an address or a reference. Holds no password.
  var path: String { get }
  var mode: JournalMode { get }
  /// What an empty journal of its delivery ends with.
  var genesis: ChainLink { get }

  /// Whether it had no entry, and nothing stood for archived ones, when it was opened.
  var isNew: Bool { get }

  /// Rows that were left out of the fold, in order. Complete after ``entries(after:)`` from the
  /// start.
  ///
  /// Not empty means: something was ordered or happened that this version does not understand, so
  /// nothing that moves a tenant or a tag may be sent (docs/decisions/0008).
  var quarantined: [QuarantinedRow] { get }

  /// Snapshots that were found when it was opened and not used, and why. For people: everything they would
  /// have told was read from the entries instead.
  var ignoredSnapshots: [String] { get }

  /// Reads the whole journal anew, folds it, and tells everything that is wrong with it. Changes nothing.
  /// - Parameter archive: what came before the entries that are kept, when it is at hand.
  func verify(behind archive: Archive?) throws(JournalFailure) -> Verification

  /// The same without a fold, of what came after the newest snapshot: quick, however long the journal is.
  func verifySinceSnapshot() throws(JournalFailure) -> Verification

  /// What stands for the entries that were archived; nil when none were.
  func base() throws(JournalFailure) -> StoredSnapshot?

  /// Puts a snapshot in the place of all entries up to its own, which have to be in an archive. Repeating it
  /// is harmless. In git the entries stay in the history of the reference, and are only not fetched any
  /// more.
  func compact(to snapshot: DecisionLoop.Snapshot) throws(JournalFailure)

  /// Hands out every row after `position` as it is stored, in order, whole or not.
  func rows(after position: Position, _ use: (StoredRow) throws(JournalFailure) -> Void)
    throws(JournalFailure)

  /// Takes over rows of another journal of the same delivery as they are, hashes included, behind `link`:
  /// in one step, so that nobody ever finds only the first of them and acts on half the truth.
  ///
  /// - Parameters:
  ///   - base: what the first of them follows instead, in a journal that is empty.
  ///   - body: hands over rows, each batch behind the one before. Nothing is stored before it returns, and
  ///     nothing at all when it throws.
  /// - Returns: what `body` did; nil, with nothing stored, when the journal does not end at `link` any more.
  ///   That may be found out before `body` or after it.
  func fill<Answer: Sendable>(
    after link: ChainLink, behind base: StoredSnapshot?,
    _ body: (any RowSink) throws(JournalFailure) -> Answer
  ) throws(JournalFailure) -> Answer?
}

/// Where rows go that appear in a journal all at once.
public protocol RowSink: AnyObject {
  /// Where the journal will end with what was taken.
  var end: ChainLink { get }

  /// Takes rows that follow ``end``.
  func take(_ rows: [StoredRow]) throws(JournalFailure)
}

extension StoredJournal {
  public func verify() throws(JournalFailure) -> Verification { try verify(behind: nil) }

  /// The state after entry `last`, folded from the first entry that is kept.
  /// - Throws: when an entry before it cannot be read: what a fold without it comes to is not the state.
  public func fold(through last: Position) throws(JournalFailure) -> DecisionLoop.Snapshot {
    var before = DecisionLoop.Snapshot.empty
    if let base = try base() {
      do throws(StoredSnapshot.Unusable) {
        before = try base.snapshot()
      } catch {
        throw .failed(path: path, detail: "the snapshot at entry \(base.link.position): \(error)")
      }
    }
    var replay = Replay(before)
    for entry in try entries(after: before.position) where entry.position <= last {
      guard entry.position == replay.position.next else {
        throw .notUnderstood(at: replay.position.next)
      }
      replay.take(entry.record)
    }
    return replay.snapshot
  }
}
