import ArgumentParser
import Control
import Decisions
import Journaling
import Presentation
import Settings
import Vocabulary

struct JournalCompact: Verb {
  static let configuration = CommandConfiguration(
    commandName: "compact",
    abstract: "Move old entries into an archive, and go on from a snapshot of what they came to.",
    discussion: """
      Verifies and folds the whole journal first, and takes the lead meanwhile. The archive is JSON \
      lines like an export; 'pawl journal verify --archive' computes the chain over both. In git the \
      entries stay in the history of the reference, and machines that have nothing yet no longer fetch \
      them.
      """)

  /// Processes that follow a leader have the newest entries open; those are not taken from under them.
  private static let keptUsually: UInt64 = 1_000

  @OptionGroup var common: CommonOptions

  @Option(help: ArgumentHelp("The archive to write; it must not be there yet.", valueName: "file"))
  var archive: String

  @Option(help: ArgumentHelp("How many of the newest entries to keep.", valueName: "number"))
  var keep = JournalCompact.keptUsually

  func validate() throws {
    guard keep > 0 else { throw ValidationError("expected --keep of 1 or more, found \(keep)") }
  }

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    _ = try assembly.journalThatIsThere()
    console.answer(try await assembly.leading { leads in try compact(assembly, leads) })
    return ExitStatus.success.rawValue
  }

  private func compact(_ assembly: Assembly, _ leads: HeldLeads) throws -> MovedReport {
    let journal = try assembly.journal()
    try assembly.lead(for: "pawl journal compact", leads)
    let found = try journal.verify()
    guard found.holds, found.quarantined.isEmpty else {
      throw ProcessFailure(
        .journalTampered,
        "\(assembly.journalPath) does not hold, or has entries this pawl cannot read",
        advice: "run 'pawl journal verify'; nothing was changed")
    }
    let last = try cut(journal, after: found.base?.position ?? .start)
    let snapshot = try journal.fold(through: last)
    let output = try OutputFile(archive)
    let end = try JournalLines.write(journal, of: assembly.settings.name, through: last) {
      bytes throws(JournalFailure) in
      try leads.check()
      try output.write(bytes)
    }
    try output.finish()
    try leads.check()
    // Whoever took the lead since is not in its way: only what the archive holds is removed, and only if
    // the entry that the snapshot stands on is still there.
    try journal.compact(to: snapshot)
    return MovedReport(
      did: "\(output.shown) holds the entries up to \(end.position); \(assembly.journalPath) "
        + (try journal.base() == nil ? "is read from there on" : "goes on behind them"),
      entries: end.position.number, head: end.hash.description)
  }

  /// The last entry to archive.
  private func cut(_ journal: any StoredJournal, after base: Position) throws -> Position {
    let end = try journal.end()
    guard end.number - base.number > keep else {
      throw ProcessFailure(
        .inputMissing,
        "expected more than \(keep) entries, found \(end.number - base.number); nothing was changed",
        advice: "say a smaller --keep")
    }
    return Position(end.number - keep)
  }
}
