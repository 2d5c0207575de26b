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
  /// Takes the lead for `command`, so that nobody acts meanwhile.
  func lead(for command: String) throws -> any Leadership {
    let leadership = try leadership(command: command)
    guard try leadership.acquire() else {
      throw ProcessFailure(
        .busy, "another process leads: \(leadership.holder() ?? "unnamed"); nothing was changed",
        advice:
          "wait until it has ended; one that was killed is taken for gone after the takeover time")
    }
    return leadership
  }

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
