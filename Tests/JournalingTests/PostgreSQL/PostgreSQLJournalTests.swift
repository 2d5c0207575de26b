import Control
import Decisions
import Foundation
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Journaling

/// What only a journal in a database meets.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct PostgreSQLJournalTests {
  @Test func `a server that starts again between two appends is not noticed`() throws {
    let server = try PostgreSQLServer()
    let journal = try open(server.database())
    _ = try journal.append([sample(1)], expecting: .start)

    try server.restart()

    #expect(try journal.append([sample(2)], expecting: Position(1)) == .appended(Position(2)))
    try server.restart()
    #expect(try journal.end() == Position(2))
    #expect(try journal.entries(after: .start).map(\.record) == [sample(1), sample(2)])
  }

  @Test func `a connection that is ended by the server is made anew`() throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    let journal = try open(address)
    _ = try journal.append([sample(1)], expecting: .start)

    try server.psql(
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'pawl' AND datname = current_database()
      """, in: address)

    #expect(try journal.append([sample(2)], expecting: Position(1)) == .appended(Position(2)))
  }

  @Test func `many entries whose connection is ended are told of as that, and none is stored`()
    throws
  {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    let journal = try open(address)
    let rows = try StoredRow.chain((1...3).map { sample($0) }, after: journal.genesis)

    let refusal = #expect(throws: JournalFailure.self) {
      try journal.fill(after: journal.genesis, behind: nil) { sink throws(JournalFailure) in
        try sink.take(rows)
        _ = try? server.psql(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND state = 'idle in transaction'
          """, in: address)
        try sink.take(rows)
      }
    }

    #expect("\(refusal, default: "")".contains("the server ended the connection"))
    #expect(try journal.end() == .start)
  }

  @Test func `a server that has no connection left is told of as that`() throws {
    let server = try PostgreSQLServer.shared()
    let database = try server.database()
    let name = try #require(database.split(separator: "/").dropFirst(2).first?.prefix { $0 != "?" })
    try server.psql("CREATE ROLE \(name) LOGIN CONNECTION LIMIT 0", in: database)
    let place = PostgreSQLPlace(address: server.address(of: String(name), user: String(name)))

    let found = #expect(throws: PostgreSQLConnection.Failure.self) {
      try PostgreSQLConnection(place.parameters)
    }

    let refusal = PostgreSQLRefusal(path: place.description, address: place)
    let (mayPass, reason) = refusal.reason(try #require(found))
    #expect(mayPass && "\(reason)".contains("no connection left"))
  }

  @Test func `an append whose answer was lost is found, and stored once`() async throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    try await withTemporaryDirectory { folder in
      let relay = try SocketRelay(
        at: folder.appending(".s.PGSQL.5432").string, to: server.folder + "/.s.PGSQL.5432")
      let journal = try open(address.replacing(server.folder, with: folder.string))
      _ = try journal.append([sample(1)], expecting: .start)
      relay.loseAnswer(toRequestWith: #""outcome":{"_0":2"#)

      #expect(
        try journal.append([sample(2), sample(3)], expecting: Position(1))
          == .appended(Position(3)))

      #expect(
        try open(address).entries(after: .start).map(\.record) == (1...3).map { sample($0) })
    }
  }

  @Test func `rows that are alike to the last byte are still somebody else's`() throws {
    let address = try PostgreSQLServer.shared().database()
    let journal = try open(address)
    let rows = try StoredRow.chain([sample(1)], after: journal.genesis)
    func store(_ writer: String) -> PostgreSQLStore {
      PostgreSQLStore(PostgreSQLPlace(address: address), delivery: "platform", writer: writer)
    }
    let (mine, theirs) = (store("me"), store("somebody else"))

    guard case .stored = mine.append(rows, after: journal.genesis),
      case .refused = mine.append(rows, after: journal.genesis),
      case .refused = theirs.append(rows, after: journal.genesis)
    else {
      Issue.record("expected one append to be stored and two to be refused")
      return
    }

    #expect(try mine.holdsLastAttempt())
    #expect(try theirs.holdsLastAttempt() == false)
  }

  @Test func `every append waits for the disk, whatever the database is set to`() throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    try server.psql(
      "ALTER DATABASE \(address.split(separator: "/")[2].prefix { $0 != "?" }) SET synchronous_commit = off",
      in: address)
    let journal = try open(address)
    try server.psql(
      """
      CREATE TABLE seen (mode text);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER note AFTER INSERT ON pawl.entries DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION note()
      """, in: address)

    _ = try journal.append([sample(1)], expecting: .start)

    #expect(try server.psql("SELECT mode FROM seen", in: address) == "on\n")
  }

  @Test func `the epoch and the leader stand beside the end, from the same transaction`() throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    let journal = try open(address)
    let led = Control.Record(
      at: Timestamp(milliseconds: 1), event: .led(by: "ci@build-7"), effects: [])

    _ = try journal.append([led, sample(2), led], expecting: .start)

    #expect(
      try server.psql("SELECT position, epoch, leader FROM pawl.journals", in: address)
        == "3|2|ci@build-7\n")
  }

  @Test func `many deliveries share a database and do not meet`() throws {
    let address = try PostgreSQLServer.shared().database()
    let first = try open(address)
    let second = try open(address, as: "other")

    #expect(try first.append([sample(1)], expecting: .start) == .appended(Position(1)))
    #expect(try second.append([sample(1)], expecting: .start) == .appended(Position(1)))
    #expect(try first.verify().last != second.verify().last)
  }

  @Test func `processes that make the tables at once all find them made`() async throws {
    let address = try PostgreSQLServer.shared().database()

    try await withThrowingTaskGroup { group in
      for _ in 0..<4 { group.addTask { _ = try open(address) } }
      try await group.waitForAll()
    }

    #expect(try open(address).end() == .start)
  }

  @Test func `processes that bring an older schema up to date at once all go on`() async throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    _ = try open(address).append([sample(1)], expecting: .start)

    for _ in 0..<5 {
      try server.psql("UPDATE pawl.meta SET schema = 4", in: address)
      try await withThrowingTaskGroup { group in
        for _ in 0..<6 { group.addTask { _ = try open(address) } }
        try await group.waitForAll()
      }
    }

    #expect(try open(address).entries(after: .start).map(\.record) == [sample(1)])
    #expect(
      try server.psql("SELECT schema FROM pawl.meta", in: address)
        == "\(PostgreSQLSchema.version)\n")
  }

  @Test func `looking at a database without a journal finds none and makes none`() throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()

    let journal = try open(address, .inspecting)

    #expect(try journal.end() == .start)
    #expect(try journal.entries(after: .start) == [])
    #expect(
      try server.psql("SELECT count(*) FROM pg_namespace WHERE nspname = 'pawl'", in: address)
        == "0\n")
  }

  @Test func `a schema of a newer version is refused and left alone`() throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    let journal = try open(address)
    try server.psql("UPDATE pawl.meta SET schema = 9", in: address)

    let refusal = failure { () throws(JournalFailure) in try open(address) }

    #expect(refusal == .newer(path: journal.path, found: 9, supported: PostgreSQLSchema.version))
  }

  /// What schema 4 had in the place of today's function is not what matters, only that it goes.
  private static let otherFunction =
    "UPDATE pg_proc SET prosrc = 'BEGIN RETURN 0; END' WHERE oid = 'pawl.append'::regproc"

  @Test(arguments: [(2, "DROP FUNCTION pawl.append"), (4, otherFunction)])
  func `a schema of an older version is brought up to date and goes on`(
    schema: Int, _ unmake: String
  ) throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    _ = try open(address).append([sample(1)], expecting: .start)
    try server.psql("\(unmake); UPDATE pawl.meta SET schema = \(schema)", in: address)

    let journal = try open(address)

    #expect(try journal.append([sample(2)], expecting: Position(1)) == .appended(Position(2)))
    #expect(try journal.entries(after: .start).map(\.record) == [sample(1), sample(2)])
    #expect(
      try server.psql("SELECT schema FROM pawl.meta", in: address)
        == "\(PostgreSQLSchema.version)\n")
  }

  @Test func `a database that lacks what appends is told of`() throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    let journal = try open(address)
    try server.psql("DROP FUNCTION pawl.append", in: address)

    let refusal = failure { () throws(JournalFailure) in
      try journal.append([sample(1)], expecting: .start)
    }

    #expect("\(try #require(refusal))".contains("the tables of the journal are gone"))
  }

  @Test(arguments: [
    "CREATE SCHEMA pawl", "CREATE SCHEMA pawl; CREATE TABLE pawl.meta (id int)",
    "CREATE SCHEMA pawl; CREATE TABLE pawl.meta (id int, application text, schema int)",
  ])
  func `a database that is not ours is refused and left alone`(_ statements: String) throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    try server.psql(statements, in: address)

    let refusal = failure { () throws(JournalFailure) in try open(address) }

    #expect("\(try #require(refusal))".contains("give the journal a database of its own"))
  }

  @Test(arguments: [
    ("DELETE FROM pawl.entries WHERE position = 3", 3),
    ("DELETE FROM pawl.entries WHERE position = 2", 2),
    ("UPDATE pawl.entries SET body = replace(body, '2', '7') WHERE position = 2", 2),
    ("UPDATE pawl.entries SET at = 9 WHERE position = 1", 1),
    ("DELETE FROM pawl.journals", 3),
  ])
  func `rows that were meddled with are found by the next read`(
    _ statement: String, _ position: UInt64
  ) throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    _ = try open(address).append((1...3).map { sample($0) }, expecting: .start)
    try server.psql(statement, in: address)

    let found = failure { () throws(JournalFailure) in try open(address) }

    guard case .tampered(_, at: Position(position), _)? = found else {
      Issue.record("expected entry \(position) to be found, found \(String(describing: found))")
      return
    }
    #expect(try open(address, .inspecting).verify().holds == false)
  }

  @Test func `a user without the rights is told which to grant`() throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    _ = try open(address)
    let name = String(address.split(separator: "/")[2].prefix { $0 != "?" })
    try server.psql("CREATE ROLE guest_\(name) LOGIN", in: address)

    let refusal = failure { () throws(JournalFailure) in
      try open(server.address(of: name, user: "guest_\(name)"))
    }

    #expect("\(try #require(refusal))".contains("GRANT USAGE ON SCHEMA pawl"))
  }

  @Test func `a database that does not exist is named`() throws {
    let server = try PostgreSQLServer.shared()

    let refusal = failure { () throws(JournalFailure) in try open(server.address(of: "none")) }

    #expect("\(try #require(refusal))".contains("the database or the user does not exist"))
  }

  @Test(arguments: [
    ("postgresql://pawl@db.example.com/pawl", "verify-full"),
    ("postgresql://pawl@db.example.com/pawl?sslmode=require", nil),
    ("postgresql://pawl@127.0.0.1:5432/pawl", nil),
    ("postgresql:///pawl?host=/run/postgresql", nil),
  ])
  func `TLS is verified unless the address says otherwise or stays on this machine`(
    _ address: String, _ mode: String?
  ) {
    let parameters = PostgreSQLPlace(address: address).parameters

    #expect(parameters.first { $0.keyword == "sslmode" }?.value == mode)
  }

  private func open(
    _ address: String, _ mode: JournalMode = .acting, as delivery: DeliveryName = "platform"
  ) throws(JournalFailure) -> SharedJournal {
    try SharedJournal.open(PostgreSQLPlace(address: address), delivery: delivery, mode: mode)
  }
}
