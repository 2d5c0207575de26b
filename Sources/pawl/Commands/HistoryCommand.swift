import ArgumentParser
import Control
import Journaling
import Presentation
import Vocabulary

struct HistoryCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "What happened: runs and how they ended, and safety orders.")

  @OptionGroup var common: CommonOptions

  @Option(help: ArgumentHelp("How many of the newest to show.", valueName: "number"))
  var limit = 20

  func validate() throws {
    guard limit > 0 else {
      throw ValidationError("expected a --limit of 1 or more, found \(limit)")
    }
  }

  func perform(_ console: Console) async throws -> Int32 {
    let journal = try Assembly(common).existingJournal()
    let entries = try journal?.entries(after: .start) ?? []
    if let base = try journal?.base() {
      console.remark(Line("the entries up to \(base.link.position) are in an archive", .quiet))
    }
    console.answer(HistoryReport(entries, limit: limit))
    return ExitStatus.success.rawValue
  }
}
