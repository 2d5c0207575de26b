import Foundation
import Glibc
import TestSupport
import Testing
import Vocabulary

/// A delivery changes the place of its journal and goes on where it was.
@Suite(.serialized, .timeLimit(.minutes(30)))
struct JournalMovingTests {
  @Test func `a journal moves between all kinds with its hashes, and leaves a hold behind`()
    async throws
  {
    let database = try PostgreSQLServer.shared().database()
    let places = [
      "sqlite:journal/journal.db", "git:refs/pawl/production", database, "git:refs/pawl/second",
      "sqlite:journal/again.db",
    ]
    try await withStage(Layout(commits: places.count)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      for (number, (from, to)) in zip(places, places.dropFirst()).enumerated() {
        let before = try await stage.ask("journal", "verify", as: Verified.self)
        // A database goes by many names: this one is found out by who leads it.
        let alias = from == database ? from + "&connect_timeout=9" : from
        for name in [from, alias] {
          let itself = try await stage.pawl("journal", "copy", "--to", name)
          #expect(itself.code == 64 && itself.says("which is the same"), "\(itself)")
        }

        // Once it is named.
        let named = number == 2 ? ["--from", from] : []
        let moved = try await stage.pawl(["journal", "copy", "--to", to] + named)

        #expect(moved.code == 0, "\(moved)")
        #expect(moved.says("which is held now"))
        let held = try await stage.pawl("deploy", "--sha", stage.commits[number + 1].text)
        #expect(held.code != 0 && held.says("moved to"), "\(held)")
        for file in ["pawl.yaml", "untouched.yaml"] {
          try stage.write(
            stage.settings.replacing("journal: \(places[0])", with: "journal: \(to)"), to: file)
        }
        let after = try await stage.ask("journal", "verify", as: Verified.self)
        // The copy takes the lead of what it leaves, in an entry.
        #expect(moved.says(after.head) && after.entries == before.entries + 1, "\(from) to \(to)")
        try await stage.expectDeploy(of: number + 1, endsWith: 0, says: "promoted")
      }
      try await stage.expectEverything(on: stage.commits[places.count - 1])
      try await stage.expectJournalHolds()
    }
  }

  @Test func `a copy that takes longer than its lease keeps it, and nobody gets between`()
    async throws
  {
    let (old, new) = (
      try PostgreSQLServer.shared().database(), try PostgreSQLServer.shared().database()
    )
    var layout = Layout(commits: 2)
    layout.journal = "{at: \"\(old)\", takeover: 30s}"
    try await withStage(layout) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      try await stage.prepare(new)

      try stage.write(
        try stage.settings(keepingJournalIn: "sqlite:journal/other.db"), to: "other.yaml")
      let other = try await stage.pawl("hold", "set", "--reason", "other", config: "other.yaml")
      #expect(other.code == 0, "\(other)")

      let blocker = try await Blocker.hold(new)
      async let copying = stage.pawl("journal", "copy", "--to", new)
      try await Blocker.awaitWaiting(in: new)
      let second = try await stage.pawl(
        "journal", "copy", "--from", "sqlite:journal/other.db", "--to", new)
      let beside = try await stage.pawl(
        "deploy", "--no-wait", "--sha", stage.commits[1].text, config: "new.yaml")
      let compacting = try await stage.pawl(
        "journal", "compact", "--keep", "1", "--archive", stage.path("archive.jsonl"))
      // Longer than the lease of the old one.
      try await blocker.release(after: 35)
      let copied = try await copying

      #expect(second.code == 64 && second.says("somebody leads"), "\(second)")
      for end in [beside, compacting] {
        #expect(end.code == 75 && end.says("another process leads", "journal copy"), "\(end)")
      }
      #expect(copied.code == 0 && copied.says("which is held now"), "\(copied)")
      let held = try await stage.pawl("deploy", "--sha", stage.commits[1].text)
      #expect(held.code != 0 && held.says("moved to"), "\(held)")
      let released = try await stage.pawl(
        "deploy", "--sha", stage.commits[1].text, config: "new.yaml")
      #expect(released.code == 0, "\(released)")
      try await stage.expectEverything(on: stage.commits[1])
    }
  }

  @Test func `a copy that lost its lead stops, stores nothing, and says so`() async throws {
    let (old, new) = (
      try PostgreSQLServer.shared().database(), try PostgreSQLServer.shared().database()
    )
    var layout = Layout(commits: 2)
    layout.journal = "{at: \"\(old)\", takeover: 18s}"
    try await withStage(layout) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      try await stage.prepare(new)

      let blocker = try await Blocker.hold(new)
      async let copying = stage.pawl("journal", "copy", "--to", new)
      try await Blocker.awaitWaiting(in: new)
      try await takeLease(in: old)
      try await blocker.release()
      let copied = try await copying

      #expect(copied.code == 75 && copied.says("was lost"), "\(copied)")
      let carried = try PostgreSQLServer.shared().psql(
        "SELECT count(*) FROM pawl.entries", in: new)
      #expect(carried.hasPrefix("0"))
      let status = try await stage.pawl("hold", "list")
      #expect(status.code == 0 && !status.says("moved to"), "\(status)")
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
    }
  }

  @Test func `a journal in which a run is under way is not left behind`() async throws {
    let database = try PostgreSQLServer.shared().database()
    var layout = Layout(commits: 2)
    layout.soak = "20s"
    try await withStage(layout) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      let commit = stage.commits[1].text
      let leader = try stage.start("deploy", "--sha", commit)
      try await stage.wait {
        $0.runs.contains { $0.commit == commit && $0.stage != "concluded" }
      }
      leader.send(SIGKILL)
      leader.wait()

      let refused = try await stage.pawl("journal", "copy", "--to", database)

      #expect(refused.code == 74 && refused.says("is under way in it"), "\(refused)")
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
    }
  }

  @Test(arguments: ["sqlite", "git", "postgresql"])
  func `old entries go into an archive, and releases go on behind it`(
    _ kind: String
  ) async throws {
    var layout = Layout(commits: 4)
    switch kind {
    case "git": layout.journal = "git:refs/pawl/production"
    case "postgresql": layout.journal = try PostgreSQLServer.shared().database()
    default: break
    }
    try await withStage(layout) { stage in
      for number in 0...1 {
        try await stage.expectDeploy(of: number, endsWith: 0, says: "promoted")
      }
      let before = try await stage.ask("journal", "verify", as: Verified.self)
      let (first, second) = (stage.path("first.jsonl"), stage.path("second.jsonl"))

      let compacted = try await stage.pawl("journal", "compact", "--keep", "5", "--archive", first)
      let again = try await stage.pawl("journal", "compact", "--keep", "5", "--archive", first)
      let after = try await stage.ask("journal", "verify", as: Verified.self)

      #expect(compacted.code == 0, "\(compacted)")
      #expect(again.code != 0, "\(again)")
      #expect(after.head == before.head)
      #expect(after.entries == (kind == "git" ? before.entries : 5))
      try await stage.expectDeploy(of: 2, endsWith: 0, says: "promoted")
      let once = try await stage.pawl("journal", "compact", "--keep", "5", "--archive", second)
      #expect(once.code == 0, "\(once)")
      try await stage.expectDeploy(of: 3, endsWith: 0, says: "promoted")
      try await stage.expectEverything(on: stage.commits[3])
      try await stage.expectJournalHolds()
      guard kind != "git" else { return }
      let joined = try await stage.pawl(
        "journal", "verify", "--archive", first, "--archive", second)
      #expect(joined.code == 0 && joined.says("is what the entries come to"), "\(joined)")
      let disordered = try await stage.pawl("journal", "verify", "--archive", second)
      #expect(disordered.code != 0 && disordered.says("from the first"), "\(disordered)")
      let history = try await stage.pawl("history")
      #expect(history.says("are in an archive"), "\(history)")
    }
  }

  @Test func `an export is shown, taken over once, and never written over`() async throws {
    try await withStage(Layout(commits: 1)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      let file = stage.path("export.jsonl")
      let before = try await stage.ask("journal", "verify", as: Verified.self)

      let exported = try await stage.pawl("journal", "export", file)
      let again = try await stage.pawl("journal", "export", file)
      try stage.write(
        stage.settings.replacing("journal/journal.db", with: "journal/other.db"),
        to: "untouched.yaml")
      let imported = try await stage.pawl("journal", "import", file, config: "untouched.yaml")
      let repeated = try await stage.pawl("journal", "import", file, config: "untouched.yaml")
      let shown = try await stage.pawl(
        "journal", "show", "--limit", "1000", config: "untouched.yaml")

      #expect(exported.code == 0 && exported.says(before.head), "\(exported)")
      #expect(again.code == 74 && again.says("cannot be made"), "\(again)")
      #expect(imported.code == 0, "\(imported)")
      #expect(imported.says("took over \(before.entries) of \(before.entries) entries"))
      #expect(repeated.says("took over 0 of \(before.entries) entries"), "\(repeated)")
      #expect(shown.says("deploy \(stage.commits[0].short)", "tag moved"), "\(shown)")
      try stage.write(stage.settings, to: "untouched.yaml")
    }
  }
}

extension Stage {
  fileprivate func settings(keepingJournalIn place: String) throws -> String {
    let last = try #require(settings.range(of: "journal: ", options: .backwards))
    return settings[..<last.lowerBound] + "journal: \(place)\n"
  }

  /// Has pawl make the tables in an empty database, with nothing in them, and writes `new.yaml` for it.
  fileprivate func prepare(_ database: String) async throws {
    try write(try settings(keepingJournalIn: database), to: "new.yaml")
    try write("nothing of ours\n", to: "stray.jsonl")
    let refused = try await pawl("journal", "import", path("stray.jsonl"), config: "new.yaml")
    #expect(refused.code == 74 && refused.says("found another file"), "\(refused)")
  }
}

/// Somebody who is in the middle of a transaction on the end of a journal, until told to go.
private struct Blocker {
  private let database: String
  private let holding: Task<Ended, any Error>

  private static let sleeps = "query LIKE 'BEGIN;%' AND wait_event = 'PgSleep'"

  static func hold(_ database: String) async throws -> Blocker {
    let holding = Task {
      try await process(
        "psql",
        [
          "-X", "-q", "-c",
          "BEGIN; SELECT 1 FROM pawl.journals FOR UPDATE; SELECT pg_sleep(300); ROLLBACK", database,
        ])
    }
    try await awaitOne(sleeps, in: database)
    return Blocker(database: database, holding: holding)
  }

  /// Goes, once the transaction is at least this old.
  func release(after seconds: Int = 0) async throws {
    let age = "xact_start < clock_timestamp() - interval '\(seconds) seconds'"
    try await Self.awaitOne("\(Self.sleeps) AND \(age)", in: database)
    try PostgreSQLServer.shared().psql(
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND \(Self.sleeps)
      """, in: database)
    _ = try await holding.value
  }

  /// Until somebody else waits for that transaction.
  static func awaitWaiting(in database: String) async throws {
    try await awaitOne("wait_event_type = 'Lock'", in: database)
  }

  /// Until every process of pawl has had its last answer for two seconds.
  static func awaitSilence(in database: String) async throws {
    let speaks = "state <> 'idle' OR state_change > clock_timestamp() - interval '2 seconds'"
    try await awaitOne(
      """
      application_name = 'pawl' AND NOT EXISTS (
        SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'pawl' AND (\(speaks)))
      """, in: database)
  }

  private static func awaitOne(_ condition: String, in database: String) async throws {
    let patience = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < patience {
      let found = try PostgreSQLServer.shared().psql(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND \(condition)
        """, in: database)
      if !found.hasPrefix("0") { return }
      try await pause(.milliseconds(20))
    }
    throw TestFailure("expected somebody of whom \(condition), found nobody")
  }
}

/// Puts somebody else's word into the lease while its holder asks for it again, and comes back when the
/// holder has found it there. It has a third of the lease left then, before the kernel ends it.
private func takeLease(in database: String) async throws {
  let taken = try await process(
    "psql",
    [
      "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", "SET statement_timeout = '120s'", "-c",
      """
      BEGIN;
      UPDATE pawl.leases SET version = version + 1,
        note = regexp_replace(note, '"nonce":"[^"]*"', '"nonce":"somebody"');
      DO $$ BEGIN
        WHILE NOT EXISTS (
          SELECT 1 FROM pg_locks
          WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))
        LOOP PERFORM pg_sleep(0.02);
        END LOOP;
      END $$;
      COMMIT
      """, database,
    ])
  try #require(taken.code == 0, "\(taken)")
  try await Blocker.awaitSilence(in: database)
}

private struct Verified: Decodable, Sendable {
  let entries: Int
  let head: String
}
