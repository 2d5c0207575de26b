import Control

/// A place for one note, which is only ever replaced by naming the one that is there.
protocol LeaseStore: Sendable {
  /// The note that is there and the version it has; nil when there is none.
  func read() throws(JournalFailure) -> LeaseReading?

  /// Puts `note` in the place of the note of this version; nil stands for no note.
  /// - Returns: the version of the new note; nil, with nothing changed, when another note is there.
  func swap(_ version: String?, for note: LeaseNote) throws(JournalFailure) -> String?
}

struct LeaseReading: Hashable {
  /// Nil when something else than a note lies there.
  let note: LeaseNote?
  /// Another note has another version.
  let version: String
}
