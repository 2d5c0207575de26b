#if PostgreSQL
  /// How `pawl.append` is called over one connection after the other: directly, by its number, where that is
  /// understood, and else in a statement. Both are one transaction and one journey; the server has to parse
  /// and to plan the statement each time, and nothing has to be remembered in a session for either
  /// (docs/decisions/0092).
  struct AppendCall {
    /// In `pg_proc`; nil until it was asked for over the present connection.
    private var number: UInt32?
    /// Whether a direct call was ever answered.
    private var isAnswered = false
    private(set) var isDirect = true

    static let statement = """
      SELECT pawl.append($1, $2::bigint, $3::bytea, $4::bigint[], $5::bigint[], $6::bigint[],
        $7::text[], $8::bytea[], $9::bytea[], $10, $11::bigint, $12)
      """

    private static let signature = """
      pawl.append(text, bigint, bytea, bigint[], bigint[], bigint[], text[], bytea[], bytea[], text, \
      bigint, text)
      """

    /// Forgets what another server may answer otherwise.
    mutating func reconnect() { number = nil }

    /// - Returns: how many rows were stored.
    mutating func run(
      over connection: PostgreSQLConnection, _ arguments: [PostgreSQLArgument]
    ) throws(PostgreSQLConnection.Failure) -> Int {
      if let number = try number(over: connection) {
        do throws(PostgreSQLConnection.Failure) {
          let stored = try connection.call(number, arguments)
          isAnswered = true
          return Int(stored)
        } catch {
          switch error {
          // No such function, or no such message: nothing was carried out.
          case .refused("42883"), .refused("08P01"), .refused("0A000"): isDirect = false
          case .lost where !isAnswered:
            // It may be a proxy that does not know the message; an append is asked for again.
            isDirect = false
            throw error
          case .lost, .refused: throw error
          }
        }
      }
      return try connection.run(Self.statement, arguments).first?[0].flatMap { Int($0) } ?? 0
    }

    private mutating func number(
      over connection: PostgreSQLConnection
    ) throws(PostgreSQLConnection.Failure) -> UInt32? {
      guard isDirect else { return nil }
      if let number { return number }
      let answer = try connection.run("SELECT to_regprocedure($1)::oid", [Self.signature])
      number = answer.first?[0].flatMap { UInt32($0) }
      return number
    }
  }
#endif
