import ArgumentParser
import Control
import Decisions
import Journaling
import OrderedCollections
import Presentation
import Vocabulary

struct JournalCopy: Verb {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Move the journal to another kind or place, hashes and all.",
    discussion: """
      Takes the lead of both, so that nobody acts meanwhile, and leaves a hold in the old one that names \
      the new one and its last hash. All entries appear in the new one at once. Then say the new place in \
      pawl.yaml.
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
    guard try !old.journalPlace().isSame(as: new.journalPlace()) else { throw old.isSame(as: new) }
    let copying = Copying(from: old, to: new)
    let end = try await old.leading { leads in try copying(leads) }
    console.answer(
      MovedReport(
        did:
          "\(new.journalPath) holds all \(end.position) entries of \(old.journalPath), which is held now",
        entries: end.position.number, head: end.hash.description))
    return ExitStatus.success.rawValue
  }
}

/// Takes both leads, carries every entry over and puts the hold behind the last.
private struct Copying: Sendable {
  let old: Assembly
  let new: Assembly

  init(from old: Assembly, to new: Assembly) {
    self.old = old
    self.new = new
  }

  func callAsFunction(_ leads: HeldLeads) throws -> ChainLink {
    let command = "pawl journal copy"
    let source = try old.journal()
    try old.lead(for: command, leads)
    let target = try new.journal()
    // One place that goes by two names is led already: by this process.
    guard try leads.take(try new.leadership(command: command), of: new.journalPath) else {
      throw old.isSame(as: new)
    }
    var loop = try DecisionLoop(journal: source)
    if let missing = loop.missing.first { throw JournalFailure.notUnderstood(at: missing) }
    if !loop.state.safety.holds.isEmpty {
      old.console.remark(
        Line("there is a hold, which is copied, too: lift it with 'pawl hold clear'", .warning))
    }
    try refuseRuns(in: &loop)
    // From here on, what an earlier leader still reports is stored no more.
    guard let epoch = try loop.lead(as: old.actor, at: old.clock.now()) else {
      throw JournalFailure.overtaken(path: old.journalPath)
    }
    return try carry(from: source, to: target, &loop, under: epoch, leads)
  }

  /// The hold is stored before the new journal appears: whatever happens between the two, nobody acts from
  /// either, and nobody from both.
  private func carry(
    from source: any StoredJournal, to target: any StoredJournal, _ loop: inout DecisionLoop,
    under epoch: Epoch, _ leads: HeldLeads
  ) throws -> ChainLink {
    let transplant = try Transplant(from: source.path, behind: try source.base(), into: target)
    var mayBeHeld = false
    do throws(JournalFailure) {
      let carried = try transplant.carry { position, take throws(JournalFailure) in
        try source.rows(after: position) { row throws(JournalFailure) in
          try leads.check()
          try take(row)
        }
      } sealing: { end throws(JournalFailure) in
        try leads.check()
        try refuseRuns(in: &loop)
        mayBeHeld = true
        mayBeHeld = try close(&loop, at: end, under: epoch)
        return mayBeHeld
      }
      return carried.end
    } catch {
      throw mayBeHeld ? heldAlready(ProcessFailure(error)) : ProcessFailure(error)
    }
  }

  /// A hold does not stop a run that is under way: whoever still uses the old journal would go on with it.
  private func refuseRuns(in loop: inout DecisionLoop) throws(JournalFailure) {
    _ = try loop.refresh()
    guard let run = loop.state.runs.values.first(where: \.isLive) else { return }
    throw .failed(
      path: old.journalPath,
      detail: "\(run.id) is under way in it; let it end, or end it with 'pawl rollout --abort'")
  }

  /// The old journal says where the new one goes on.
  /// - Returns: false when it has gone on behind `end`.
  private func close(
    _ loop: inout DecisionLoop, at end: ChainLink, under epoch: Epoch
  ) throws(JournalFailure) -> Bool {
    let words = "moved to \(new.journalPath) at entry \(end.position), \(end.hash)"
    guard let reason = try? Reason(parsing: printable(words, charactersMax: 200)) else {
      preconditionFailure("what is printable and not empty is a reason")
    }
    let isHeld = try loop.submit(
      [.command(.hold(reason), by: old.actor)], at: old.clock.now(), under: epoch,
      behind: end.position)
    guard loop.state.epoch == epoch else { throw .overtaken(path: old.journalPath) }
    return isHeld
  }

  private func heldAlready(_ failure: ProcessFailure) -> ProcessFailure {
    ProcessFailure(
      failure.status, failure.message + "; \(old.journalPath) may be on hold for it already",
      advice:
        "nothing begins from either journal; mend that, run the same command again, and lift the "
        + "hold, which is copied then, in the new one with 'pawl hold clear'")
  }
}

extension Assembly {
  fileprivate func isSame(as new: Assembly) -> ProcessFailure {
    ProcessFailure(
      .usage,
      "expected --to with another journal than \(journalPath), found \(new.journalPath), which is "
        + "the same, or one that somebody leads; nothing was changed",
      advice: "name an empty place; when somebody leads it, wait until that has ended")
  }

  fileprivate func refuseAbsentJournal() throws(ProcessFailure) -> Int32 {
    _ = try journalThatIsThere()
    return ExitStatus.inputMissing.rawValue
  }
}
