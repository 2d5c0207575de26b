#if PostgreSQL
  import Control
  import Vocabulary

  /// Many entries at once: one transaction that holds the row of the journal's end from before the first is
  /// handed over. Who appends meanwhile waits, and finds the end elsewhere.
  extension PostgreSQLStore {
    func fill(
      after link: ChainLink, behind base: StoredSnapshot?, _ body: (any RowSink) throws -> Void
    ) throws -> Bool {
      let refusal = PostgreSQLRefusal(path: path, address: place)
      do {
        // One of its own: what is asked meanwhile is not asked inside of this transaction.
        let connection = try PostgreSQLConnection(place.parameters)
        guard let end = try fill(after: link, behind: base, body, over: connection) else {
          return false
        }
        return try commit(end, over: connection)
      } catch let failure as PostgreSQLConnection.Failure {
        throw refusal.reason(failure).1
      }
    }

    /// - Returns: the last of what was handed over; nil when the journal ends elsewhere.
    private func fill(
      after link: ChainLink, behind base: StoredSnapshot?, _ body: (any RowSink) throws -> Void,
      over connection: PostgreSQLConnection
    ) throws -> ChainLink? {
      try connection.run("BEGIN")
      do {
        try connection.run(
          "SELECT 1 FROM pawl.journals WHERE delivery = $1 FOR UPDATE", [delivery.text])
        let found = try PostgreSQLRows(connection, delivery, path: path).end()
        guard found == link else {
          try connection.run("ROLLBACK")
          return nil
        }
        if let base { try begin(behind: base, over: connection) }
        let sink = PostgreSQLSink(self, over: connection, end: base?.link ?? link)
        try body(sink)
        return sink.end
      } catch {
        _ = try? connection.run("ROLLBACK")
        throw error
      }
    }

    private func begin(
      behind base: StoredSnapshot, over connection: PostgreSQLConnection
    ) throws {
      try connection.run("SET LOCAL synchronous_commit = on")
      try connection.run(Self.keep, [delivery.text, Snapshots.Role.base.rawValue, base.line])
      try connection.run(
        """
        UPDATE pawl.journals SET position = $2::bigint, hash = decode($3, 'hex') WHERE delivery = $1
        """, [delivery.text, "\(base.link.position)", base.link.hash.description])
    }

    /// When the answer is lost, it is looked for: behind the lock that the transaction held until it ended.
    private func commit(_ end: ChainLink, over connection: PostgreSQLConnection) throws -> Bool {
      do {
        try connection.run("COMMIT")
        return true
      } catch {
        let isStored = try asking { connection in
          try connection.run("BEGIN")
          try connection.run(
            "SELECT 1 FROM pawl.journals WHERE delivery = $1 FOR UPDATE", [self.delivery.text])
          let rows = PostgreSQLRows(connection, self.delivery, path: self.path)
          let isStored = try rows.end() == end || rows.hash(at: end.position) == end.hash
          try connection.run("ROLLBACK")
          return isStored
        }
        guard isStored else { throw error }
        return true
      }
    }
  }

  /// Rows that go into a transaction that is open.
  private final class PostgreSQLSink: RowSink {
    private(set) var end: ChainLink
    private let store: PostgreSQLStore
    private let connection: PostgreSQLConnection

    init(_ store: PostgreSQLStore, over connection: PostgreSQLConnection, end: ChainLink) {
      self.store = store
      self.connection = connection
      self.end = end
    }

    func take(_ rows: [StoredRow]) throws(JournalFailure) {
      guard let last = rows.last else { return }
      let answer: [[String?]]
      do throws(PostgreSQLConnection.Failure) {
        answer = try connection.run(
          AppendCall.statement, store.arguments(of: rows, after: end))
      } catch {
        throw PostgreSQLRefusal(path: store.path, address: store.place).reason(error).1
      }
      guard answer.first?[0] == "\(rows.count)" else {
        throw .failed(path: store.path, detail: "its end moved under a lock")
      }
      end = last.link
    }
  }
#endif
