import ArgumentParser
import Control
import Journaling
import Presentation
import Settings
import Vocabulary

struct JournalExport: Verb {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the journal as JSON lines, each entry as it is stored, with its hash.")

  @OptionGroup var common: CommonOptions

  @Argument(help: "The file to write; it must not be there yet.")
  var file: String

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let journal = try assembly.journalThatIsThere()
    let output = try OutputFile(file)
    let end = try JournalLines.write(journal, of: assembly.settings.name) {
      bytes throws(JournalFailure) in
      try output.write(bytes)
    }
    try output.finish()
    console.answer(
      MovedReport(
        did: "wrote the entries up to \(end.position) to \(output.shown)",
        entries: end.position.number, head: end.hash.description))
    return ExitStatus.success.rawValue
  }
}

/// Where a journal ended up.
struct MovedReport: Report {
  let did: String
  let entries: UInt64
  let head: String

  func lines() -> [Line] { [Line("✓ \(did)", .good), Line("  last hash \(head)", .quiet)] }
}
