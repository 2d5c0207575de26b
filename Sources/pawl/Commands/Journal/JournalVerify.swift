import ArgumentParser
import Journaling
import Presentation

struct JournalVerify: Verb {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compute the hash chain over every entry again.")

  @OptionGroup var common: CommonOptions

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let journal = try assembly.journalThatIsThere()
    let report = VerificationReport(path: assembly.journalPath, try journal.verify())
    console.answer(report)
    return (report.holds ? ExitStatus.success : .journalTampered).rawValue
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

  init(path: String, _ verification: Verification) {
    self.path = path
    holds = verification.holds
    entries = verification.entries
    head = verification.last?.hash.description
    faults = verification.faults.map(\.description) + (verification.damage.map { [$0] } ?? [])
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
    return [first] + second + quarantined.map { Line("  left out: \($0)", .warning) }
  }
}
