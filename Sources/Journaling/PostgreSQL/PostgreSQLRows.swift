#if PostgreSQL
  import Control
  import Vocabulary

  /// The rows of one delivery's journal, inside a transaction.
  struct PostgreSQLRows: RowSource {
    private let connection: PostgreSQLConnection
    private let delivery: DeliveryName
    private let path: String

    /// So many are held in memory at once.
    private static let batch = 2_000

    init(_ connection: PostgreSQLConnection, _ delivery: DeliveryName, path: String) {
      self.connection = connection
      self.delivery = delivery
      self.path = path
    }

    func each(from position: Position, _ use: (StoredRow) throws -> Void) throws {
      var next = position
      while true {
        let answer = try connection.run(
          """
          SELECT position, at, format, body, encode(previous, 'hex'), encode(hash, 'hex')
          FROM pawl.entries WHERE delivery = $1 AND position >= $2::bigint
          ORDER BY position LIMIT \(Self.batch)
          """, [delivery.text, "\(next)"])
        for fields in answer {
          let row = try row(fields)
          try use(row)
          next = row.position.next
        }
        guard answer.count == Self.batch else { return }
      }
    }

    func hash(at position: Position) throws -> ChainHash? {
      try connection.run(
        """
        SELECT encode(hash, 'hex') FROM pawl.entries
        WHERE delivery = $1 AND position = $2::bigint
        """, [delivery.text, "\(position)"]
      ).first?[0].flatMap { ChainHash(hexadecimal: $0) }
    }

    func origin() throws -> ChainHash? {
      try connection.run(
        """
        SELECT encode(previous, 'hex') FROM pawl.entries WHERE delivery = $1 AND position = 1
        """, [delivery.text]
      ).first?[0].flatMap { ChainHash(hexadecimal: $0) }
    }

    func snapshots() throws -> Snapshots {
      // One who only looks leaves an older schema as it is.
      guard try PostgreSQLSchema.found(over: connection, path: path) >= PostgreSQLSchema.snapshots
      else { return Snapshots() }
      let answer = try connection.run(
        "SELECT role, line FROM pawl.snapshots WHERE delivery = $1", [delivery.text])
      return Snapshots(
        answer.compactMap { row in
          if let role = row[0], let line = row[1] { (role, line) } else { nil }
        })
    }

    /// Where the journal was written down to end.
    func end() throws -> ChainLink? {
      let answer = try connection.run(
        "SELECT position, encode(hash, 'hex') FROM pawl.journals WHERE delivery = $1",
        [delivery.text])
      guard let row = answer.first, let position = row[0].flatMap({ UInt64($0) }),
        let hash = row[1].flatMap({ ChainHash(hexadecimal: $0) })
      else { return nil }
      return ChainLink(position: Position(position), hash: hash)
    }

    func fault(at end: ChainLink) throws -> ChainFault? {
      guard let recorded = try self.end() else {
        return end.position == .start
          ? nil : ChainFault(at: end.position, kind: .end(recorded: nil))
      }
      return ChainFault(comparing: end, with: recorded)
    }

    private func row(_ fields: [String?]) throws -> StoredRow {
      guard let position = fields[0].flatMap({ UInt64($0) }),
        let at = fields[1].flatMap({ Int64($0) }), let format = fields[2].flatMap({ Int64($0) }),
        let body = fields[3], let previous = fields[4].flatMap({ ChainHash(hexadecimal: $0) }),
        let hash = fields[5].flatMap({ ChainHash(hexadecimal: $0) })
      else {
        throw JournalFailure.tampered(
          path: path, at: .start, detail: "an entry holds values pawl never writes")
      }
      return StoredRow(
        position: Position(position), at: Timestamp(milliseconds: at), format: format,
        body: Array(body.utf8), previous: previous, hash: hash)
    }
  }
#endif
