import ArgumentParser
import Control
import Journaling
import Presentation

struct JournalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "Look after the journal.",
    subcommands: [
      JournalVerify.self, JournalShow.self, JournalExport.self, JournalImport.self,
      JournalCopy.self, JournalCompact.self,
    ])
}

extension Assembly {
  /// The journal, to look at, for a command that needs one.
  func journalThatIsThere() throws(ProcessFailure) -> any StoredJournal {
    guard let journal = try existingJournal() else {
      throw ProcessFailure(
        .inputMissing, "expected a journal, found none: \(journalPath)",
        advice: "the first order makes it; or check 'journal' in pawl.yaml")
    }
    return journal
  }
}
