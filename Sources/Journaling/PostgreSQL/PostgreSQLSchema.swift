#if PostgreSQL
  import Control
  import Vocabulary

  /// The tables of the journals in a database, and how older ones become today's.
  enum PostgreSQLSchema {
    /// The number of the newest migration.
    static var version: Int { migrations.count }

    /// Migration n takes schema n-1 to n. They are only ever added to, and only go forward; the function is
    /// made as it is today by each that makes it.
    ///
    /// The end of each journal is kept beside its entries, in the row that an append changes and
    /// thereby locks; entries that are cut off the end are noticed by it.
    private static let migrations: [[String]] = [
      [
        "CREATE SCHEMA pawl",
        """
        CREATE TABLE pawl.meta (
          id INTEGER PRIMARY KEY CHECK (id = 1), application TEXT NOT NULL, schema INTEGER NOT NULL)
        """,
        "INSERT INTO pawl.meta VALUES (1, 'pawl journals', 1)",
        """
        CREATE TABLE pawl.journals (
          delivery TEXT PRIMARY KEY,
          position BIGINT NOT NULL,
          hash BYTEA NOT NULL,
          epoch BIGINT NOT NULL DEFAULT 0,
          leader TEXT)
        """,
        """
        CREATE TABLE pawl.entries (
          delivery TEXT NOT NULL REFERENCES pawl.journals,
          position BIGINT NOT NULL CHECK (position >= 1),
          at BIGINT NOT NULL,
          format BIGINT NOT NULL,
          body TEXT NOT NULL,
          previous BYTEA NOT NULL CHECK (length(previous) = 32),
          hash BYTEA NOT NULL CHECK (length(hash) = 32),
          writer TEXT NOT NULL,
          PRIMARY KEY (delivery, position))
        """,
        """
        CREATE TABLE pawl.leases (
          delivery TEXT PRIMARY KEY, version BIGINT NOT NULL, note TEXT NOT NULL)
        """,
      ],
      [
        """
        CREATE TABLE pawl.snapshots (
          delivery TEXT NOT NULL REFERENCES pawl.journals, role TEXT NOT NULL, line TEXT NOT NULL,
          PRIMARY KEY (delivery, role))
        """
      ],
      [append],
      // It was looked up for each row, and took longer than the rest of the row. `append` alone stores
      // rows, and only for the journal whose end it has just moved.
      ["ALTER TABLE pawl.entries DROP CONSTRAINT IF EXISTS entries_delivery_fkey"],
      // Took the lists apart into a table on the side before, row by row.
      [append],
    ]

    /// The whole of an append, where it is planned once for each session of the server instead of once for
    /// each append, and no session of ours has to remember anything.
    ///
    /// Moves the end of a journal from where it was expected, and only with that stores the rows, the
    /// last of which is the new end. `synchronous_commit` is raised for the transaction to what waits for
    /// the disk, and for the standbys that the server is configured to wait for. Answers how many rows
    /// were stored. The lists are as long as each other, and the server steps through them together.
    private static let append = """
      CREATE OR REPLACE FUNCTION pawl.append(
        which TEXT, expected BIGINT, behind BYTEA, positions BIGINT[], times BIGINT[],
        formats BIGINT[], bodies TEXT[], befores BYTEA[], hashes BYTEA[], wrote TEXT,
        epochs BIGINT, leads TEXT
      ) RETURNS INTEGER LANGUAGE plpgsql AS $$
      DECLARE
        amount CONSTANT INTEGER := cardinality(positions);
      BEGIN
        IF set_config('synchronous_commit',
          CASE WHEN current_setting('synchronous_commit') = 'remote_apply'
          THEN 'remote_apply' ELSE 'on' END, true) = 'off' THEN
          RAISE 'synchronous_commit is off';
        END IF;
        UPDATE pawl.journals SET position = positions[amount], hash = hashes[amount],
          epoch = epoch + epochs, leader = coalesce(leads, leader)
        WHERE delivery = which AND position = expected AND hash = behind;
        IF NOT FOUND THEN
          RETURN 0;
        END IF;
        INSERT INTO pawl.entries (delivery, position, at, format, body, previous, hash, writer)
        SELECT which, unnest(positions), unnest(times), unnest(formats), unnest(bodies),
          unnest(befores), unnest(hashes), wrote;
        RETURN amount;
      END
      $$
      """

    /// The first schema with snapshots.
    static let snapshots = 2

    /// The schema that is there: 0 for none.
    /// - Throws: when something else has its name.
    static func found(
      over connection: PostgreSQLConnection, path: String
    ) throws -> Int {
      let answer = try connection.run(
        "SELECT to_regclass('pawl.meta'), (SELECT 1 FROM pg_namespace WHERE nspname = 'pawl')")
      guard let names = answer.first, names[1] != nil else { return 0 }
      let stranger = JournalFailure.failed(
        path: path,
        detail: "the database has a schema 'pawl' that is not pawl's; give the journal a database "
          + "of its own")
      guard names[0] != nil else { throw stranger }
      let meta: [[String?]]
      do throws(PostgreSQLConnection.Failure) {
        meta = try connection.run("SELECT application, schema FROM pawl.meta WHERE id = 1")
      } catch {
        if case .refused("42703") = error { throw stranger }
        throw error
      }
      guard let row = meta.first, row[0] == "pawl journals",
        let number = row[1].flatMap({ Int($0) })
      else { throw stranger }
      guard number <= version else {
        throw JournalFailure.newer(path: path, found: number, supported: version)
      }
      return number
    }

    /// Takes a schema that was found to today's, in one transaction. Doing it at once with another process is
    /// refused to one of the two in a way that may pass; it finds it done when it looks again.
    static func migrate(
      over connection: PostgreSQLConnection, from found: Int
    ) throws(PostgreSQLConnection.Failure) {
      try connection.run("BEGIN")
      do throws(PostgreSQLConnection.Failure) {
        // Of two that change a function at once one is refused with what is no reason to ask again.
        if found > 0 { try connection.run("LOCK TABLE pawl.meta IN EXCLUSIVE MODE") }
        for step in migrations.dropFirst(found).joined() { try connection.run(step) }
        // Only from what was found, or what the first step has made: somebody may have gone further.
        let changed = try connection.run(
          "UPDATE pawl.meta SET schema = $1 WHERE id = 1 AND schema = $2::integer RETURNING 1",
          ["\(version)", "\(max(found, 1))"])
        guard !changed.isEmpty else { throw .refused("40001") }
        try connection.run("COMMIT")
      } catch {
        _ = try? connection.run("ROLLBACK")
        throw error
      }
    }
  }
#endif
