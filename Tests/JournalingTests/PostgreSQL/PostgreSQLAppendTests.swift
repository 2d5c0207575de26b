import Control
import TestSupport
import Testing
import Vocabulary

@testable import Journaling

/// How an append reaches the server: as a direct call, and in a statement where that does not go.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct PostgreSQLAppendTests {
  @Test func `an append needs no statement that the server would have to plan`() throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    let journal = try open(address)
    // Called directly there is no text of a query.
    try server.psql(
      beginAppend(with: "IF current_query() IS NOT NULL THEN RAISE 'a statement'; END IF;"),
      in: address)

    #expect(try journal.append([sample(1)], expecting: .start) == .appended(Position(1)))
    #expect(
      try journal.append([sample(2), sample(3)], expecting: Position(1)) == .appended(Position(3)))

    #expect(try open(address).entries(after: .start).map(\.record) == (1...3).map { sample($0) })
  }

  @Test func `a pool that hands out connections by transaction passes the call on`() throws {
    let server = try PostgreSQLServer()
    let folder = try server.startPool()
    let address = try server.database()
    let journal = try open(address.replacing(server.folder, with: folder))
    try server.psql(
      beginAppend(with: "IF current_query() IS NOT NULL THEN RAISE 'a statement'; END IF;"),
      in: address)

    #expect(try journal.append([sample(1)], expecting: .start) == .appended(Position(1)))
  }

  @Test(arguments: [
    // What a server or a proxy answers that does not take direct calls, and one that hangs up.
    "RAISE 'not here' USING ERRCODE = '0A000';", "RAISE 'not here' USING ERRCODE = '08P01';",
    "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60);",
  ])
  func `where nothing can be called directly an append is a statement`(_ refusal: String) throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    let journal = try open(address)
    try server.psql(
      beginAppend(with: "IF current_query() IS NULL THEN \(refusal) END IF;"), in: address)

    #expect(try journal.append([sample(1)], expecting: .start) == .appended(Position(1)))
    #expect(try journal.append([sample(2)], expecting: Position(1)) == .appended(Position(2)))

    #expect(try open(address).entries(after: .start).map(\.record) == [sample(1), sample(2)])
  }

  @Test func `a function that was made anew under another number is found`() throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    let journal = try open(address)
    #expect(try journal.append([sample(1)], expecting: .start) == .appended(Position(1)))
    try server.psql(
      """
      DO $do$ DECLARE text TEXT := pg_get_functiondef('pawl.append'::regproc);
      BEGIN DROP FUNCTION pawl.append; EXECUTE text; END $do$
      """, in: address)

    #expect(try journal.append([sample(2)], expecting: Position(1)) == .appended(Position(2)))

    #expect(try open(address).entries(after: .start).map(\.record) == [sample(1), sample(2)])
  }

  /// A statement that puts `step` before everything else that `pawl.append` does.
  private func beginAppend(with step: String) -> String {
    """
    DO $do$ BEGIN
      EXECUTE replace(pg_get_functiondef('pawl.append'::regproc), 'IF set_config',
        $step$\(step) IF set_config$step$);
    END $do$
    """
  }

  private func open(_ address: String) throws(JournalFailure) -> SharedJournal {
    try SharedJournal.open(
      PostgreSQLPlace(address: address), delivery: "platform", mode: .acting)
  }
}
