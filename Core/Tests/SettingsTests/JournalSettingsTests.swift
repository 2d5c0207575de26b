import Diagnostics
import Testing
import Vocabulary

@testable import Settings

struct JournalSettingsTests {
  @Test(arguments: [
    (
      "git:refs/pawl/production",
      JournalSettings.git("refs/pawl/production", takeover: .seconds(30))
    ),
    ("{at: \"git:refs/heads/pawl\", takeover: 1m}", .git("refs/heads/pawl", takeover: .minutes(1))),
    (
      "postgresql://pawl@db.example.com/pawl?sslmode=verify-full",
      .postgresql(
        "postgresql://pawl@db.example.com/pawl?sslmode=verify-full", takeover: .seconds(15))
    ),
    (
      "\"postgres:///pawl?host=/run/postgresql\"",
      .postgresql("postgresql:///pawl?host=/run/postgresql", takeover: .seconds(15))
    ),
    (
      "{at: \"postgresql://a,b:5433/pawl?target_session_attrs=read-write\", takeover: 5s}",
      .postgresql(
        "postgresql://a,b:5433/pawl?target_session_attrs=read-write", takeover: .seconds(5))
    ),
    ("{at: \"sqlite:journal.db\"}", .sqlite("journal.db")),
  ])
  func `a journal is a place, and what is agreed on beside it`(
    _ written: String, _ journal: JournalSettings
  ) throws {
    let checked = DeliverySettings.parse(
      text: Sample.adding("journal: \(written)"), file: "pawl.yaml")

    guard case .accepted(let settings, _) = checked else {
      Issue.record("expected it to be accepted, found \(checked)")
      return
    }
    #expect(settings.journal == journal)
  }

  @Test(arguments: [
    "git:main", "git:refs/tags/journal", "git:refs/pawl", "git:refs/pawl/../heads/main",
    "git:refs/pawl/x.lock", "git:--upload-pack=x", "mysql://db/pawl",
    "postgresql://pawl:secret@db.example.com/pawl",
    "\"postgresql://db.example.com/pawl?password=secret\"",
    "\"postgresql://db.example.com/pawl?options=-csynchronous_commit=off\"",
    "{takeover: 30s}", "{at: \"git:refs/pawl/production\", takeover: 1s}",
    "{at: \"sqlite:journal.db\", takeover: 30s}", "[git:refs/pawl/production]",
  ])
  func `what is no journal is refused, and a password in it is not shown`(_ written: String) {
    let report = DeliverySettings.parse(
      text: Sample.adding("journal: \(written)"), file: "pawl.yaml"
    ).report

    #expect(report.findings.count == 1)
    #expect(report.findings.first?.severity == .error)
    #expect(!report.findings.map(\.description).joined().contains("secret"))
  }

  @Test func `a place is read from the command line as from the file`() {
    guard case .accepted(let journal, _) = DeliverySettings.journal("git:refs/pawl/staging") else {
      Issue.record("expected it to be accepted")
      return
    }
    #expect(journal == .git("refs/pawl/staging", takeover: .seconds(30)))
    guard case .refused(let report) = DeliverySettings.journal("nowhere") else {
      Issue.record("expected it to be refused")
      return
    }
    #expect(report.findings.count == 1)
  }
}
