import Foundation
import Vocabulary

/// What the holder of a lease leaves where others see it.
struct LeaseNote: Hashable, Codable {
  /// Who holds it, for people.
  let holder: String
  /// Tells this holder from every other, also from one of the same name on the same machine.
  let nonce: String
  /// Counts the renewals, so that each is another note.
  var beat: UInt64
  /// How long others wait, without seeing the note change, before they take the lease over.
  let takeover: TimeSpan
  /// Whether it was given back.
  var isFree: Bool
  /// Where the journal beside it was seen to end, in a store in which one can be deleted without the other:
  /// the name of a commit. Nil when there was none yet.
  var journal: String?

  var text: String { String(decoding: sortedJSON(self), as: UTF8.self) }

  /// Reads what any process left; nil when it is not a note.
  init?(text: String) {
    guard let note = try? JSONDecoder().decode(LeaseNote.self, from: Data(text.utf8)) else {
      return nil
    }
    self = note
  }

  init(holder: String, nonce: String, takeover: TimeSpan) {
    self.holder = holder
    self.nonce = nonce
    self.takeover = takeover
    beat = 0
    isFree = false
  }

  var next: LeaseNote {
    var note = self
    note.beat += 1
    return note
  }
}
