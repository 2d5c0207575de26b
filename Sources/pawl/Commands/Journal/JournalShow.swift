import ArgumentParser
import Control
import Journaling
import Presentation
import Vocabulary

struct JournalShow: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Every entry, oldest first: who, what, and what was decided on it.")

  /// No store counts further.
  private static let positionMax = UInt64(Int64.max)

  @OptionGroup var common: CommonOptions

  @Option(help: ArgumentHelp("Begin behind this entry.", valueName: "position"))
  var after: UInt64 = 0

  @Option(help: ArgumentHelp("How many of the newest to show.", valueName: "number"))
  var limit = 50

  func validate() throws {
    guard after <= Self.positionMax else {
      throw ValidationError("expected --after of \(Self.positionMax) or less, found \(after)")
    }
    guard limit > 0 else {
      throw ValidationError("expected a --limit of 1 or more, found \(limit)")
    }
  }

  func perform(_ console: Console) async throws -> Int32 {
    let journal = try Assembly(common).journalThatIsThere()
    let entries = try journal.entries(after: Position(after))
    console.answer(
      EntriesReport(
        entries: entries.suffix(limit).map(EntriesReport.Item.init),
        olderLeftOut: max(entries.count - limit, 0),
        quarantined: journal.quarantined.map(\.description)))
    return ExitStatus.success.rawValue
  }
}

private struct EntriesReport: Report {
  struct Item: Encodable {
    let position: UInt64
    let at: String
    let by: String
    let sentence: String
    /// What is to be done because of it.
    let effects: [String]

    init(_ entry: Entry) {
      let message = ChangeLogMessage(entry.record)
      position = entry.position.number
      at = entry.record.at.description
      by = message.author
      sentence = message.subject
      effects = message.consequences
    }
  }

  let entries: [Item]
  let olderLeftOut: Int
  let quarantined: [String]

  func lines() -> [Line] {
    let older = Line("\(olderLeftOut) older, see --limit", .quiet)
    let lines = entries.flatMap { entry in
      var line = Line("\(entry.position)  ")
      line.add("\(entry.at)  ", .quiet)
      line.add(entry.sentence)
      line.add("  (\(entry.by))", .quiet)
      return [line] + entry.effects.map { Line("      \($0)", .quiet) }
    }
    return (olderLeftOut > 0 ? [older] : []) + lines
      + quarantined.map { Line("left out: \($0)", .warning) }
  }
}
