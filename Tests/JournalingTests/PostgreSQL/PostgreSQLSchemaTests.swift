import Control
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Journaling

/// A database that an earlier pawl made, and one that does not take what it is sent.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct PostgreSQLSchemaTests {
  @Test func `a journal of the first schema is read as it is, and brought up to date to act`()
    throws
  {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    try server.psql(Self.first, in: address)
    try store([sample(1)], on: server, in: address)

    let looking = try open(address, .inspecting)
    #expect(try looking.entries(after: .start).map(\.record) == [sample(1)])
    #expect(try server.psql("SELECT schema FROM pawl.meta", in: address) == "1\n")

    let journal = try open(address)

    #expect(
      try server.psql("SELECT schema FROM pawl.meta", in: address)
        == "\(PostgreSQLSchema.version)\n")
    #expect(try journal.append([sample(2)], expecting: Position(1)) == .appended(Position(2)))
    journal.keep(try journal.fold(through: Position(2)))
    let again = try open(address)
    #expect(try again.snapshot().position == Position(2))
    #expect(try again.entries(after: .start).map(\.record) == [sample(1), sample(2)])
    #expect(try again.verify().holds)
  }

  @Test func `a journal of the third schema is brought up to date once, with all that is in it`()
    throws
  {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    try server.psql([Self.first, Self.second, Self.third].joined(separator: "\n"), in: address)
    try server.psql("UPDATE pawl.meta SET schema = 3", in: address)
    let records = (1...3).map { sample($0) }
    try store(records, on: server, in: address)
    #expect(try server.psql(Self.keys, in: address) == "1\n")

    for _ in 1...2 {
      let journal = try open(address)

      #expect(try journal.entries(after: .start).map(\.record) == records)
      #expect(
        try server.psql("SELECT schema FROM pawl.meta", in: address)
          == "\(PostgreSQLSchema.version)\n")
      #expect(try server.psql(Self.keys, in: address) == "0\n")
    }
    #expect(try open(address).append([sample(4)], expecting: Position(3)) == .appended(Position(4)))
    #expect(try open(address).verify().holds)
  }

  @Test func `a server without room is told of, and what was answered before is kept`() throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    let journal = try open(address)
    _ = try journal.append([sample(1)], expecting: .start)
    // What a server answers when its disk is full, from the server itself.
    try server.psql(
      """
      CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON pawl.entries
        FOR EACH ROW EXECUTE FUNCTION full_disk()
      """, in: address)

    let refusal = failure { () throws(JournalFailure) in
      try journal.append([sample(2)], expecting: Position(1))
    }

    #expect(refusal == .full(path: journal.path))
    try server.psql("DROP TRIGGER full_disk ON pawl.entries", in: address)
    #expect(try open(address).entries(after: .start).map(\.record) == [sample(1)])
  }

  @Test func `a database that can only be read, as a standby, is told of`() throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    _ = try open(address).append([sample(1)], expecting: .start)
    let name = address.split(separator: "/")[2].prefix { $0 != "?" }
    try server.psql("ALTER DATABASE \(name) SET default_transaction_read_only = on", in: address)

    let refusal = failure { () throws(JournalFailure) in
      try open(address).append([sample(2)], expecting: Position(1))
    }

    let looking = try open(address, .inspecting)
    #expect(refusal == .readOnly(path: looking.path))
    #expect(try looking.entries(after: .start).map(\.record) == [sample(1)])
  }

  private func open(
    _ address: String, _ mode: JournalMode = .acting
  ) throws(JournalFailure) -> SharedJournal {
    try SharedJournal.open(PostgreSQLPlace(address: address), delivery: "platform", mode: mode)
  }

  /// Puts `records` into an empty journal, past pawl.
  private func store(
    _ records: [Record], on server: PostgreSQLServer, in address: String
  ) throws {
    let genesis = ChainLink(position: .start, hash: .genesis(of: "platform"))
    let rows = try StoredRow.chain(records, after: genesis)
    let end = try #require(rows.last)
    let entries = rows.map { row in
      let body = String(decoding: row.body, as: UTF8.self).replacing("'", with: "''")
      return """
        INSERT INTO pawl.entries VALUES (
          'platform', \(row.position.number), \(row.at.milliseconds), \(row.format), '\(body)',
          '\\x\(row.previous)', '\\x\(row.hash)', 'earlier');
        """
    }
    try server.psql(
      """
      INSERT INTO pawl.journals VALUES (
        'platform', \(end.position.number), '\\x\(end.hash)', 0, NULL);
      \(entries.joined(separator: "\n"))
      """, in: address)
  }

  /// How many keys of entries the server looks up for each of them.
  private static let keys =
    "SELECT count(*) FROM pg_constraint WHERE conrelid = 'pawl.entries'::regclass AND contype = 'f'"

  /// The tables as the first pawl that knew PostgreSQL made them.
  private static let first = """
    CREATE SCHEMA pawl;
    CREATE TABLE pawl.meta (
      id INTEGER PRIMARY KEY CHECK (id = 1), application TEXT NOT NULL, schema INTEGER NOT NULL);
    INSERT INTO pawl.meta VALUES (1, 'pawl journals', 1);
    CREATE TABLE pawl.journals (
      delivery TEXT PRIMARY KEY, position BIGINT NOT NULL, hash BYTEA NOT NULL,
      epoch BIGINT NOT NULL DEFAULT 0, leader TEXT);
    CREATE TABLE pawl.entries (
      delivery TEXT NOT NULL REFERENCES pawl.journals,
      position BIGINT NOT NULL CHECK (position >= 1),
      at BIGINT NOT NULL, format BIGINT NOT NULL, body TEXT NOT NULL,
      previous BYTEA NOT NULL CHECK (length(previous) = 32),
      hash BYTEA NOT NULL CHECK (length(hash) = 32),
      writer TEXT NOT NULL,
      PRIMARY KEY (delivery, position));
    CREATE TABLE pawl.leases (
      delivery TEXT PRIMARY KEY, version BIGINT NOT NULL, note TEXT NOT NULL);
    """
  /// What the second schema added.
  private static let second = """
    CREATE TABLE pawl.snapshots (
      delivery TEXT NOT NULL REFERENCES pawl.journals, role TEXT NOT NULL, line TEXT NOT NULL,
      PRIMARY KEY (delivery, role));
    """

  /// What the third schema added, without its word on `synchronous_commit`.
  private static let third = """
    CREATE FUNCTION pawl.append(
      which TEXT, expected BIGINT, behind BYTEA, positions BIGINT[], times BIGINT[],
      formats BIGINT[], bodies TEXT[], befores BYTEA[], hashes BYTEA[], wrote TEXT,
      epochs BIGINT, leads TEXT
    ) RETURNS INTEGER LANGUAGE plpgsql AS $$
    DECLARE
      amount CONSTANT INTEGER := cardinality(positions);
    BEGIN
      UPDATE pawl.journals SET position = positions[amount], hash = hashes[amount],
        epoch = epoch + epochs, leader = coalesce(leads, leader)
      WHERE delivery = which AND position = expected AND hash = behind;
      IF NOT FOUND THEN
        RETURN 0;
      END IF;
      INSERT INTO pawl.entries (delivery, position, at, format, body, previous, hash, writer)
      SELECT which, r.position, r.at, r.format, r.body, r.previous, r.hash, wrote
      FROM unnest(positions, times, formats, bodies, befores, hashes)
        AS r (position, at, format, body, previous, hash);
      RETURN amount;
    END
    $$;
    """
}
