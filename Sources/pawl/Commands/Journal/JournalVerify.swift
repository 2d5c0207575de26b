import ArgumentParser
import Control
import Journaling
import Presentation
import Settings
import Vocabulary

struct JournalVerify: Verb {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compute the hash chain over every entry again.")

  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp(
      "An archive that 'pawl journal compact' wrote; once for each, in order.", valueName: "file"))
  var archive: [String] = []

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let journal = try assembly.journalThatIsThere()
    let report = VerificationReport(
      path: assembly.journalPath, isJoined: !archive.isEmpty,
      try journal.verify(behind: try joined(assembly)))
    console.answer(report)
    return (report.holds ? ExitStatus.success : .journalTampered).rawValue
  }

  private func joined(_ assembly: Assembly) throws -> Archive? {
    guard !archive.isEmpty else { return nil }
    var joined = Archive(of: assembly.settings.name)
    for file in archive {
      var input = try InputLines(file)
      try joined.take(input.shown) { () throws(JournalFailure) in try input.next() }
    }
    return joined
  }
}

/// What the journal looks like from end to end.
private struct VerificationReport: Report {
  let path: String
  let holds: Bool
  let entries: Int
  /// Publish it elsewhere: it tells whether the whole chain was written anew.
  let head: String?
  let faults: [String]
  let quarantined: [String]
  /// The last entry that is only in archives.
  let archivedThrough: UInt64?
  /// What became of comparing each snapshot with the entries.
  let snapshots: [String]
  private let isJoined: Bool

  private enum CodingKeys: String, CodingKey {
    case path, holds, entries, head, faults, quarantined, archivedThrough, snapshots
  }

  init(path: String, isJoined: Bool, _ verification: Verification) {
    self.path = path
    self.isJoined = isJoined
    archivedThrough = verification.base?.position.number
    snapshots = verification.snapshots.map { snapshot in
      let found =
        switch snapshot.check {
        case .matches: "is what the entries come to"
        case .differs: "is not what was written, or not what the entries come to"
        case .unusable: "is in the form of another version, and is not used"
        case .unknown:
          "could not be compared: its entries are not all here, or other rules decided on them"
        }
      return "the snapshot at entry \(snapshot.position) \(found)"
    }
    holds = verification.holds
    entries = verification.entries
    head = verification.last?.hash.description
    let differing = zip(verification.snapshots, snapshots).filter { $0.0.check == .differs }
    faults =
      verification.faults.map(\.description) + differing.map(\.1)
      + (verification.damage.map { [$0] } ?? [])
    quarantined = verification.quarantined.map(\.description)
  }

  func lines() -> [Line] {
    guard holds else {
      return [Line("✗ \(path) does not hold: \(faults.count) faults in \(entries) entries", .bad)]
        + faults.map { Line("  \($0)") }
        + [Line("next: read docs/operations/journal-tampered.md before anything else")]
    }
    let first = Line("✓ \(path) holds: \(entries) entries", .good)
    let second = head.map { [Line("  last hash \($0)", .quiet)] } ?? []
    let archived = archivedThrough.map { position in
      Line(
        isJoined
          ? "  with the archive up to entry \(position), which it goes on behind"
          : "  the entries up to \(position) are in an archive; verify them with --archive",
        .quiet)
    }
    return [first] + second + [archived].compactMap(\.self)
      + snapshots.map { Line("  \($0)", .quiet) }
      + quarantined.map { Line("  left out: \($0)", .warning) }
  }
}
