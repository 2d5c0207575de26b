import ArgumentParser
import Journaling
import Presentation
import Settings
import Vocabulary

struct JournalImport: Verb {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract:
      "Take over an export or an archive, into an empty journal or one that begins like it.",
    discussion: "Every hash is checked on the way; repeating it is harmless.")

  @OptionGroup var common: CommonOptions

  @Argument(help: "A file that 'pawl journal export' wrote.")
  var file: String

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    var input = try InputLines(file)
    let journal = try assembly.journal()
    var reader = JournalLines.Reader(input.shown, of: assembly.settings.name, into: journal)
    while let line = try input.next() { try reader.take(line) }
    let (end, carried) = try reader.finish()
    console.answer(
      MovedReport(
        did: "\(assembly.journalPath) took over \(carried) of \(end.position) entries",
        entries: end.position.number, head: end.hash.description))
    return ExitStatus.success.rawValue
  }
}
