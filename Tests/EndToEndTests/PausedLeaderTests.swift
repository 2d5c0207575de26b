import Foundation
import Glibc
import TestSupport
import Testing
import Vocabulary

/// A leader that is stopped for longer than anybody waits, beside other controllers of its delivery.
/// FreshMachineTests has the same for git, where every controller has a machine of its own.
@Suite(.serialized, .timeLimit(.minutes(30)))
struct PausedLeaderTests {
  @Test func `with a database the leader that wakes up has stored and moved nothing more`()
    async throws
  {
    let database = try PostgreSQLServer.shared().database()
    func ask(_ statement: String) throws -> String {
      try PostgreSQLServer.shared().psql(statement, in: database)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
    try await withStage(Self.layout(journal: "{at: \"\(database)\", takeover: 18s}")) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      let paused = try await stage.leader(deploying: 1)
      paused.send(SIGSTOP)
      let before = try await stage.expectUnderWay(1)
      let writer = try ask(
        "SELECT writer FROM pawl.entries WHERE body LIKE '%\"led\"%' ORDER BY position DESC LIMIT 1"
      )

      async let joined = stage.pawl("deploy", "--sha", stage.commits[1].text)
      async let newer = stage.pawl("deploy", "--sha", stage.commits[2].text)
      async let another = stage.pawl("deploy", "--sha", stage.commits[2].text)
      let ended = try await (joined, newer, another)

      #expect([11, 20].contains(ended.0.code), "\(ended.0)")
      for end in [ended.1, ended.2] { #expect([0, 10].contains(end.code), "\(end)") }
      #expect(try await stage.remembered().epoch > before.epoch)
      try await stage.expectSleepsOn(paused) {
        // Its lease lapsed while it was stopped, and with that the kernel ended it.
        #expect(paused.wait() == 128 + SIGKILL)
      }
      let late = try ask(
        """
        SELECT count(*) FROM pawl.entries WHERE writer = '\(writer)' AND position > (
          SELECT min(position) FROM pawl.entries WHERE body LIKE '%"led"%' AND writer <> '\(writer)'
            AND position > (SELECT min(position) FROM pawl.entries WHERE writer = '\(writer)'))
        """)
      #expect(late == "0")
    }
  }

  /// One machine has a lock of the operating system, which a stopped process keeps: there is no takeover,
  /// unless somebody clears the lock by hand.
  @Test
  func
    `with a file nobody acts beside a stopped leader, and one whose lock was removed moves nothing`()
    async throws
  {
    try await withStage(Self.layout(journal: "sqlite:journal/journal.db")) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      let paused = try await stage.leader(deploying: 1)
      paused.send(SIGSTOP)
      let before = try await stage.expectUnderWay(1)
      let moved = try stage.processes()

      async let one = stage.pawl("deploy", "--sha", stage.commits[2].text, "--timeout", "4s")
      async let other = stage.pawl("deploy", "--sha", stage.commits[1].text, "--timeout", "4s")
      let waited = try await [one, other]

      for end in waited { #expect(end.code != 0 && end.code != 10, "\(end)") }
      #expect(try await stage.remembered().epoch == before.epoch)
      #expect(try stage.processes() == moved)

      try FileManager.default.removeItem(atPath: stage.journal + ".lock")
      async let first = stage.pawl("deploy", "--sha", stage.commits[2].text)
      async let second = stage.pawl("deploy", "--sha", stage.commits[2].text)
      let ended = try await [first, second]

      for end in ended { #expect([0, 10].contains(end.code), "\(end)") }
      let entries = try #require(try Rows.count(stage.journal))
      try await stage.expectSleepsOn(paused) {
        #expect((1..<128).contains(paused.wait()))
      }
      let later = try await stage.ask(
        "journal", "show", "--after", "\(entries)", as: EntriesAnswer.self)
      #expect(later.entries.flatMap(\.effects) == [])
    }
  }

  private static func layout(journal: String) -> Layout {
    var layout = Layout(commits: 3)
    layout.journal = journal
    // Long enough to be stopped in.
    layout.soak = "15s"
    return layout
  }
}

private struct EntriesAnswer: Decodable, Sendable {
  struct Item: Decodable, Sendable { let effects: [String] }
  let entries: [Item]
}

extension Stage {
  /// A process that leads, and has moved the canary, and soaks it.
  fileprivate func leader(deploying number: Int) async throws -> StartedProgram {
    let commit = commits[number].text
    let process = try start("deploy", "--sha", commit)
    try await wait { answer in
      answer.runs.contains { run in
        run.commit == commit && run.tenants.contains { $0.status == "proven" }
      }
    }
    return process
  }

  fileprivate func expectUnderWay(_ number: Int) async throws -> StatusAnswer {
    let status = try await remembered()
    let run = status.runs.last { $0.commit == commits[number].text }
    #expect(run != nil && run?.stage != "concluded", "it was stopped too late")
    return status
  }

  /// Lets a stopped process go on, and expects that it changes nothing in a world that is where it should be.
  fileprivate func expectSleepsOn(
    _ paused: StartedProgram, until body: () throws -> Void
  ) async throws {
    let newest = commits[commits.count - 1]
    try await expectEverything(on: newest)
    let (moved, shown) = (try processes(), try await latest())
    paused.send(SIGCONT)
    try body()
    #expect(try processes() == moved)
    #expect(try await latest() == shown)
    try await expectEverything(on: newest)
    try expectTenantsWentForward()
    try await expectJournalHolds()
  }
}
