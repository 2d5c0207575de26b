import Control
import Vocabulary

/// Where several machines meet to keep one journal.
///
/// The store compares and stores in one step of its own, so that of two who append at once one
/// wins; everything else about a journal is ``SharedJournal``'s.
protocol RowStore: Sendable {
  /// Where it is, for people; without a password.
  var path: String { get }

  /// Where the rows end now; nil when there are none.
  func end() throws(JournalFailure) -> ChainLink?

  /// Reads rows as of one moment that is not before this call.
  func view<Result: Sendable>(_ body: (any RowSource) throws -> Result) throws -> Result

  /// Stores `rows` if the journal still ends at `link`, all or none. Asking for the same again is
  /// harmless: at most one of the two is stored.
  func append(_ rows: [StoredRow], after link: ChainLink) -> Attempt

  /// Why every append is refused although nobody else is seen to append.
  var stubbornness: JournalFailure { get }

  /// Keeps `snapshot` as the newest.
  func keep(_ snapshot: StoredSnapshot) throws(JournalFailure)

  /// Puts `snapshot`, which stands on an entry that is there, in the place of all entries up to it.
  func compact(to snapshot: StoredSnapshot) throws(JournalFailure)

  /// Stores all that `body` hands over when it has returned, if the journal still ends at `link`, in one
  /// step; nothing when it throws. With `base`, an empty journal begins behind that.
  /// - Returns: false, with nothing stored, when the journal ends elsewhere.
  func fill(
    after link: ChainLink, behind base: StoredSnapshot?,
    _ body: (any RowSink) throws -> Void
  ) throws -> Bool

  /// Whether the rows that the last ``append(_:after:)`` was asked for are stored, and are this
  /// process's own: somebody else's can be alike to the last byte.
  func holdsLastAttempt() throws(JournalFailure) -> Bool
}

/// What one attempt to store came to.
enum Attempt {
  case stored
  /// The journal ends elsewhere; an earlier attempt of one's own may be the reason.
  case refused
  /// The answer was lost, or the store could not be reached: it may be stored, or be stored yet.
  case unknown(JournalFailure)
  /// It was not stored, and asking again would not help.
  case failed(JournalFailure)
}

extension RowStore {
  var stubbornness: JournalFailure { .busy(path: path) }
}
