public import Control
public import Vocabulary

/// A journal that is kept somewhere: what every kind can do beside appending and reading.
public protocol StoredJournal: Journal {
  /// Where it lies, for people: a path, an address or a reference. Holds no password.
  var path: String { get }
  var mode: JournalMode { get }
  /// What an empty journal of its delivery ends with.
  var genesis: ChainLink { get }

  /// Rows that were left out of the fold, in order. Complete after ``entries(after:)`` from the
  /// start.
  ///
  /// Not empty means: something was ordered or happened that this version does not understand, so
  /// nothing that moves a tenant or a tag may be sent (docs/decisions/0008).
  var quarantined: [QuarantinedRow] { get }

  /// Reads the whole journal anew and tells everything that is wrong with it. Changes nothing.
  func verify() throws(JournalFailure) -> Verification

  /// Hands out every row after `position` as it is stored, in order, whole or not.
  func rows(after position: Position, _ use: (StoredRow) throws(JournalFailure) -> Void)
    throws(JournalFailure)

  /// Takes over rows of another journal of the same delivery as they are, hashes included, behind
  /// `link`; all or none.
  /// - Returns: false, with nothing stored, when the journal does not end at `link` any more.
  func adopt(_ rows: [StoredRow], after link: ChainLink) throws(JournalFailure) -> Bool
}
