import ArgumentParser
import Control
import Decisions
import Journaling
import Presentation
import Vocabulary

struct JournalCopy: Verb {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Move the journal to another kind or place, hashes and all.",
    discussion: """
      Takes the lead of the journal that is left, so that nobody acts meanwhile, and leaves a hold in it \
      that names the new one and its last hash. Then say the new place in pawl.yaml.
      """)

  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp("The journal that is there; default: as in pawl.yaml.", valueName: "place"))
  var from: String?

  @Option(
    help: ArgumentHelp(
      "The empty journal to fill: sqlite:PATH, git:REFERENCE or postgresql://….", valueName: "place"
    ))
  var to: String

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let old = try from.map { try assembly.keepingJournal(named: $0) } ?? assembly
    let new = try assembly.keepingJournal(named: to)
    guard try old.existingJournal() != nil else { return try old.refuseAbsentJournal() }
    guard try !old.journalPlace().isSame(as: new.journalPlace()) else { throw isSame(old, new) }
    let source = try old.journal()
    let leadership = try old.lead(for: "pawl journal copy")
    defer { leadership.release() }
    let target = try new.journal()
    // One place that goes by two names is led already: by this process. A lead that is not renewed ends a
    // process, and copying takes as long as it takes, so this one is given back.
    let leadershipThere = try new.leadership(command: "pawl journal copy")
    guard try leadershipThere.acquire() else { throw isSame(old, new) }
    leadershipThere.release()
    let end = try carry(from: source, to: target)
    try close(source, old, in: "moved to \(new.journalPath) at entry \(end.position), \(end.hash)")
    console.answer(
      MovedReport(
        did:
          "\(new.journalPath) holds all \(end.position) entries of \(old.journalPath), which is held now",
        entries: end.position.number, head: end.hash.description))
    return ExitStatus.success.rawValue
  }

  private func isSame(_ old: Assembly, _ new: Assembly) -> ProcessFailure {
    ProcessFailure(
      .usage,
      "expected --to with another journal than \(old.journalPath), found \(new.journalPath), which is "
        + "the same, or one that somebody leads; nothing was changed",
      advice: "name an empty place; when somebody leads it, wait until that has ended")
  }

  private func carry(
    from source: any StoredJournal, to target: any StoredJournal
  ) throws(JournalFailure) -> ChainLink {
    var transplant = try Transplant(
      from: source.path, behind: try source.base(), into: target)
    try source.rows(after: .start) { row throws(JournalFailure) in try transplant.take(row) }
    return try transplant.finish()
  }

  /// The old journal says where the new one goes on.
  private func close(
    _ journal: any StoredJournal, _ assembly: Assembly, in words: String
  ) throws {
    var loop = try DecisionLoop(journal: journal)
    let reason = try Reason(parsing: printable(words, charactersMax: 200))
    _ = try loop.submit(
      [.command(.hold(reason), by: assembly.actor)], at: assembly.clock.now())
  }
}

extension Assembly {
  fileprivate func refuseAbsentJournal() throws(ProcessFailure) -> Int32 {
    _ = try journalThatIsThere()
    return ExitStatus.inputMissing.rawValue
  }
}
