import ArgumentParser
import Control
import Journaling
import Presentation
import Settings
import Vocabulary

struct JournalImport: Verb {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract:
      "Take over an export or an archive, into an empty journal or one that begins like it.",
    discussion: """
      Every hash is checked on the way, and all of it appears at once; repeating it is harmless. Takes \
      the lead meanwhile.
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "A file that 'pawl journal export' wrote.")
  var file: String

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let carried = try await assembly.leading { [file] leads in
      var input = try InputLines(file)
      let journal = try assembly.journal()
      try assembly.lead(for: "pawl journal import", leads)
      return try JournalLines.carry(input.shown, of: assembly.settings.name, into: journal) {
        () throws(JournalFailure) in
        try leads.check()
        return try input.next()
      }
    }
    let end = carried.end
    console.answer(
      MovedReport(
        did: "\(assembly.journalPath) took over \(carried.count) of \(end.position) entries",
        entries: end.position.number, head: end.hash.description))
    return ExitStatus.success.rawValue
  }
}
