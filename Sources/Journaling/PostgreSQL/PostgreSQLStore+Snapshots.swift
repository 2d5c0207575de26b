#if PostgreSQL
  import Control
  import Vocabulary

  extension PostgreSQLStore {
    static let keep = """
      INSERT INTO pawl.snapshots (delivery, role, line) VALUES ($1, $2, $3)
      ON CONFLICT (delivery, role) DO UPDATE SET line = excluded.line
      """

    func keep(_ snapshot: StoredSnapshot) throws(JournalFailure) {
      _ = try asking { connection in
        try connection.run(
          Self.keep, [self.delivery.text, Snapshots.Role.newest.rawValue, snapshot.line])
      }
    }

    /// Asked again when the answer was lost: what is gone is removed once.
    func compact(to snapshot: StoredSnapshot) throws(JournalFailure) {
      try changing { connection in
        let rows = PostgreSQLRows(connection, self.delivery, path: self.path)
        if try rows.snapshots().base?.link == snapshot.link { return }
        // Looked at under the lock: whoever was paused since it looked first must not put an older base in
        // the place of a newer one.
        guard try rows.hash(at: snapshot.link.position) == snapshot.link.hash else {
          throw JournalFailure.failed(
            path: self.path,
            detail:
              "entry \(snapshot.link.position) is not there any more for a snapshot to stand on: "
              + "somebody else has compacted it meanwhile")
        }
        try connection.run(
          Self.keep, [self.delivery.text, Snapshots.Role.base.rawValue, snapshot.line])
        if let newest = try rows.snapshots().newest,
          newest.link.position <= snapshot.link.position
        {
          try connection.run(
            "DELETE FROM pawl.snapshots WHERE delivery = $1 AND role = $2",
            [self.delivery.text, Snapshots.Role.newest.rawValue])
        }
        try connection.run(
          "DELETE FROM pawl.entries WHERE delivery = $1 AND position <= $2::bigint",
          [self.delivery.text, "\(snapshot.link.position)"])
      }
    }

    /// Runs `body` in a transaction that holds the row of the journal's end, so that nobody appends
    /// meanwhile.
    private func changing<Result: Sendable>(
      _ body: (PostgreSQLConnection) throws -> Result
    ) throws(JournalFailure) -> Result {
      try asking { connection in
        try connection.run("BEGIN")
        do {
          try connection.run("SET LOCAL synchronous_commit = on")
          try connection.run(
            "SELECT 1 FROM pawl.journals WHERE delivery = $1 FOR UPDATE", [self.delivery.text])
          let result = try body(connection)
          try connection.run("COMMIT")
          return result
        } catch {
          _ = try? connection.run("ROLLBACK")
          throw error
        }
      }
    }
  }
#endif
