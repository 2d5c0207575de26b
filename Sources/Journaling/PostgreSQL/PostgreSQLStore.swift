#if PostgreSQL
  import Control
  import Decisions
  import Synchronization
  import Vocabulary

  /// A journal as rows of a table, and the lease as a row of another.
  ///
  /// Every append is one statement, which is one transaction: it moves the end of the journal from
  /// where it was expected, and with that stores the rows. Two that meet wait for each other on that
  /// row, and the second finds the end elsewhere.
  final class PostgreSQLStore: RowStore, LeaseStore {
    var path: String { place.description }

    let place: PostgreSQLPlace
    let delivery: DeliveryName
    /// Stands beside each row: tells this process's rows from another's that are alike.
    let writer: String
    private let pause = BlockingPause()
    private let state = Mutex(State())

    private struct State {
      var connection: PostgreSQLConnection?
      var append = AppendCall()
      var last: [StoredRow] = []
      /// Nobody has made the tables yet, and one who only looks does not make them.
      var isAbsent = false
    }

    /// How often a question is asked again over a new connection: long enough for a server to
    /// start again.
    private static let readsMax = 8

    init(_ place: PostgreSQLPlace, delivery: DeliveryName, writer: String) {
      self.place = place
      self.delivery = delivery
      self.writer = writer
    }

    /// Makes what is missing, and refuses what is not pawl's, newer, or loses what it has answered.
    func prepare(_ mode: JournalMode) throws(JournalFailure) {
      let isAbsent = try asking { connection in
        let found = try PostgreSQLSchema.found(over: connection, path: self.path)
        guard mode == .acting else { return found == 0 }
        if found < PostgreSQLSchema.version {
          try PostgreSQLSchema.migrate(over: connection, from: found)
        }
        try self.insistOnDurability(of: connection)
        try connection.run(
          """
          INSERT INTO pawl.journals (delivery, position, hash) VALUES ($1, 0, decode($2, 'hex'))
          ON CONFLICT DO NOTHING
          """, [self.delivery.text, ChainHash.genesis(of: self.delivery).description])
        return false
      }
      state.withLock { $0.isAbsent = isAbsent }
    }

    /// `synchronous_commit` is set in every append; that the server itself syncs, only it can say.
    private func insistOnDurability(of connection: PostgreSQLConnection) throws {
      let answer = try connection.run(
        "SELECT current_setting('fsync'), current_setting('transaction_read_only')")
      guard answer.first?[0] == "on" else {
        throw JournalFailure.failed(
          path: path,
          detail:
            "expected a server with fsync = on, found it off: an answered append could be lost")
      }
      guard answer.first?[1] == "off" else { throw JournalFailure.readOnly(path: path) }
    }

    func end() throws(JournalFailure) -> ChainLink? {
      guard !state.withLock({ $0.isAbsent }) else { return nil }
      return try asking { connection in
        let end = try PostgreSQLRows(connection, self.delivery, path: self.path).end()
        return end?.position == .start ? nil : end
      }
    }

    func view<Result: Sendable>(_ body: (any RowSource) throws -> Result) throws -> Result {
      guard !state.withLock({ $0.isAbsent }) else { return try body(NoRows()) }
      return try asking { connection in
        try connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        do {
          let result = try body(PostgreSQLRows(connection, self.delivery, path: self.path))
          try connection.run("COMMIT")
          return result
        } catch {
          _ = try? connection.run("ROLLBACK")
          throw error
        }
      }
    }

    func append(_ rows: [StoredRow], after link: ChainLink) -> Attempt {
      guard !rows.isEmpty else { return .stored }
      guard rows.allSatisfy({ (try? UTF8Span(validating: $0.body.span)) != nil }) else {
        return .failed(.failed(path: path, detail: "an entry is not UTF-8"))
      }
      return state.withLock { state in
        state.last = rows
        do {
          let connection = try self.connection(&state)
          let stored = try state.append.run(
            over: connection, arguments(of: rows, after: link))
          return stored == rows.count ? .stored : .refused
        } catch {
          if error.mayHaveEnded { state.connection = nil }
          return error.attempt(PostgreSQLRefusal(path: path, address: place))
        }
      }
    }

    /// What `pawl.append` is called with.
    func arguments(of rows: [StoredRow], after link: ChainLink) -> [PostgreSQLArgument] {
      let leaders = rows.compactMap(\.leader)
      let leader: PostgreSQLArgument = if let last = leaders.last { .text(last) } else { .null }
      return [
        .text(delivery.text), .number(Int64(link.position.number)), .hash(link.hash),
        .numbers(rows.map { Int64($0.position.number) }), .numbers(rows.map(\.at.milliseconds)),
        .numbers(rows.map(\.format)), .texts(rows.map(\.body)), .hashes(rows.map(\.previous)),
        .hashes(rows.map(\.hash)), .text(writer), .number(Int64(leaders.count)), leader,
      ]
    }

    func holdsLastAttempt() throws(JournalFailure) -> Bool {
      guard let last = state.withLock({ $0.last.last }) else { return false }
      return try asking { connection in
        try !connection.run(
          """
          SELECT 1 FROM pawl.entries
          WHERE delivery = $1 AND position = $2::bigint AND hash = decode($3, 'hex') AND writer = $4
          """,
          [self.delivery.text, "\(last.position)", last.hash.description, self.writer]
        ).isEmpty
      }
    }

    // MARK: The lease

    func read() throws(JournalFailure) -> LeaseReading? {
      try asking { connection in
        let answer = try connection.run(
          "SELECT version, note FROM pawl.leases WHERE delivery = $1", [self.delivery.text])
        guard let row = answer.first, let version = row[0] else { return nil }
        return LeaseReading(note: row[1].flatMap(LeaseNote.init(text:)), version: version)
      }
    }

    func swap(_ version: String?, for note: LeaseNote) throws(JournalFailure) -> String? {
      let (statement, arguments) =
        if let version {
          (
            """
            UPDATE pawl.leases SET version = version + 1, note = $2
            WHERE delivery = $1 AND version = $3::bigint RETURNING version
            """, [delivery.text, note.text, version]
          )
        } else {
          (
            """
            INSERT INTO pawl.leases (delivery, version, note) VALUES ($1, 1, $2)
            ON CONFLICT DO NOTHING RETURNING version
            """, [delivery.text, note.text]
          )
        }
      return try asking { connection in try connection.run(statement, arguments).first?[0] }
    }

    // MARK: Connections

    /// Asks over the connection there is, or over a new one when it was lost.
    func asking<Result: Sendable>(
      _ body: (PostgreSQLConnection) throws -> Result
    ) throws(JournalFailure) -> Result {
      let refusal = PostgreSQLRefusal(path: path, address: place)
      var last = JournalFailure.busy(path: path)
      for attempt in 1...Self.readsMax {
        let answer: Swift.Result<Result, any Error> = state.withLock { state in
          do {
            return .success(try body(try self.connection(&state)))
          } catch {
            if error.mayHaveEnded { state.connection = nil }
            return .failure(error)
          }
        }
        switch answer {
        case .success(let result): return result
        case .failure(let error):
          let (mayPass, failure) = refusal.reason(error)
          guard mayPass else { throw failure }
          last = failure
        }
        if attempt < Self.readsMax { pause.before(attempt: attempt) }
      }
      throw last
    }

    private func connection(_ state: inout State) throws -> PostgreSQLConnection {
      if let connection = state.connection { return connection }
      let connection = try PostgreSQLConnection(place.parameters)
      state.connection = connection
      state.append.reconnect()
      return connection
    }
  }

  extension StoredRow {
    /// Who takes the lead by this entry. The one in thousands that may be such is told by its bytes.
    fileprivate var leader: String? {
      guard mayLead, let record = try? RecordCoding.decode(self),
        case .led(by: let actor) = record.event
      else { return nil }
      return actor.text
    }

    private var mayLead: Bool {
      let key = Array(#""led""#.utf8)
      return body.withUnsafeBufferPointer { bytes in
        key.withUnsafeBufferPointer { key in
          (0..<max(bytes.count - key.count, 0)).contains { start in
            key.indices.allSatisfy { bytes[start + $0] == key[$0] }
          }
        }
      }
    }
  }

  extension Error {
    fileprivate var mayHaveEnded: Bool {
      if case .lost? = self as? PostgreSQLConnection.Failure { true } else { false }
    }

    fileprivate func attempt(_ refusal: PostgreSQLRefusal) -> Attempt {
      if case .refused("23505")? = self as? PostgreSQLConnection.Failure { return .refused }
      let (mayPass, failure) = refusal.reason(self)
      return mayPass ? .unknown(failure) : .failed(failure)
    }
  }
#endif
