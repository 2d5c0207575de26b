#if PostgreSQL
  import CPostgreSQL
  import Glibc
  import Synchronization

  /// One connection to a server; one statement at a time goes over it. Its calls block.
  ///
  /// Keeps nothing in the session: behind a pool that hands out connections by transaction, the next
  /// statement may run in another.
  final class PostgreSQLConnection: Sendable {
    /// libpq's pointer, as the number it is.
    private let handle: Mutex<Int>

    /// Why a statement has no answer.
    enum Failure: Error {
      /// Nobody answered, or not to the end: a statement that was sent may have been carried out.
      case lost(String)
      /// The server refused it (its SQLSTATE), and it was not carried out.
      case refused(String)
    }

    /// Connects.
    /// - Throws: ``Failure/lost(_:)`` with what libpq says, which may come from the server.
    init(_ parameters: [(keyword: String, value: String)]) throws(Failure) {
      let handle = withCStrings(parameters.map(\.keyword)) { keywords in
        withCStrings(parameters.map(\.value)) { values in
          keywords.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: 1) { keywords in
            values.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: 1) { values in
              PQconnectdbParams(keywords, values, 1)
            }
          }
        }
      }
      guard let handle else { throw .lost("there is no memory for a connection") }
      guard PQstatus(handle) == CONNECTION_OK else {
        let message = String(cString: PQerrorMessage(handle))
        PQfinish(handle)
        throw .lost(message)
      }
      // Notices ("relation exists already") would go to stderr.
      PQsetNoticeProcessor(handle, { _, _ in }, nil)
      self.handle = Mutex(Int(bitPattern: handle))
    }

    deinit { handle.withLock { PQfinish(OpaquePointer(bitPattern: $0)) } }

    /// Runs one statement and returns its rows, as text; nil stands for NULL.
    @discardableResult
    func run(_ statement: String, _ arguments: [String?] = []) throws(Failure) -> [[String?]] {
      try run(statement, arguments.map { $0.map { .text($0) } ?? .null })
    }

    @discardableResult
    func run(
      _ statement: String, _ arguments: [PostgreSQLArgument]
    ) throws(Failure) -> [[String?]] {
      let answer: Result<[[String?]], Failure> = handle.withLock { number in
        Result { () throws(Failure) -> [[String?]] in
          try Self.run(statement, arguments, over: OpaquePointer(bitPattern: number))
        }
      }
      return try answer.get()
    }

    /// Calls a function that answers an `integer`, in a transaction of its own, without a statement around it
    /// that the server would have to parse and to plan.
    /// - Parameter function: its number in `pg_proc` of this database.
    func call(_ function: UInt32, _ arguments: [PostgreSQLArgument]) throws(Failure) -> Int32 {
      let answer: Result<Int32, Failure> = handle.withLock { number in
        Result { () throws(Failure) -> Int32 in
          try Self.call(function, arguments, over: OpaquePointer(bitPattern: number))
        }
      }
      return try answer.get()
    }

    private static func call(
      _ function: UInt32, _ arguments: [PostgreSQLArgument], over handle: OpaquePointer?
    ) throws(Failure) -> Int32 {
      var answer: Int32 = 0
      var length: Int32 = 0
      let result = withPointers(arguments) { values, lengths in
        let blocks = zip(values, lengths).map { value, length in
          var block = PQArgBlock()
          block.len = value == nil ? -1 : length
          block.u.ptr = UnsafeMutableRawPointer(mutating: value)?
            .assumingMemoryBound(to: Int32.self)
          return block
        }
        return PQfn(
          handle, Int32(bitPattern: function), &answer, &length, 1, blocks, Int32(blocks.count))
      }
      defer { PQclear(result) }
      guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(result, of: handle) }
      return answer
    }

    /// Why there is no answer in `result`.
    private static func failure(_ result: OpaquePointer?, of handle: OpaquePointer?) -> Failure {
      guard PQstatus(handle) == CONNECTION_OK,
        let field = PQresultErrorField(result, Int32(UInt8(ascii: "C")))
      else { return .lost(String(cString: PQerrorMessage(handle))) }
      return .refused(String(cString: field))
    }

    private static func run(
      _ statement: String, _ arguments: [PostgreSQLArgument], over handle: OpaquePointer?
    ) throws(Failure) -> [[String?]] {
      let result = withPointers(arguments) { values, lengths in
        PQexecParams(
          handle, statement, Int32(arguments.count), nil, values, lengths,
          arguments.map { $0.isBinary ? 1 : 0 }, 0)
      }
      defer { PQclear(result) }
      let status = PQresultStatus(result)
      guard status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK else {
        throw failure(result, of: handle)
      }
      return (0..<PQntuples(result)).map { row in
        (0..<PQnfields(result)).map { column in
          PQgetisnull(result, row, column) == 1
            ? nil : PQgetvalue(result, row, column).map { String(cString: $0) }
        }
      }
    }

    /// Runs `body` with where each of `arguments` begins and how long it is; nil stands for NULL.
    private static func withPointers<Result>(
      _ arguments: [PostgreSQLArgument], _ body: ([UnsafePointer<CChar>?], [Int32]) -> Result
    ) -> Result {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(arguments.reduce(0) { $0 + $1.capacity })
      let places = arguments.map { (start: bytes.count, length: $0.write(to: &bytes)) }
      return bytes.withUnsafeBytes { buffer in
        let pointers = places.map { place in
          place.length.flatMap { _ in
            buffer.baseAddress?.advanced(by: place.start).assumingMemoryBound(to: CChar.self)
          }
        }
        return body(pointers, places.map { Int32($0.length ?? 0) })
      }
    }
  }
#endif
