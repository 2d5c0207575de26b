import Foundation
import Synchronization

/// A real PostgreSQL server for the tests of this process, started when the first of them asks, by
/// `scripts/test-database`. It ends with the process: the script waits for the end of its input.
public final class PostgreSQLServer: Sendable {
  /// The folder of its socket.
  public let folder: String

  private let script: StartedProgram
  private let input: FileHandle
  private let output: FileHandle
  private let databases = Mutex(0)

  private static let started = Mutex<PostgreSQLServer?>(nil)

  /// The one server of this process. Blocks until it answers.
  public static func shared() throws -> PostgreSQLServer {
    try started.withLock { started in
      if let started { return started }
      let server = try PostgreSQLServer()
      started = server
      return server
    }
  }

  /// A server of its own, for tests that stop it.
  public init() throws {
    folder = "/tmp/pawl-pg-\(UInt64.random(in: .min ... .max))"
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let (input, output) = (Pipe(), Pipe())
    script = try StartedProgram(
      root.appendingPathComponent("scripts/test-database").path, [folder], input: .pipe(input),
      output: .pipe(output))
    self.input = input.fileHandleForWriting
    self.output = output.fileHandleForReading
    try awaitReady()
  }

  deinit {
    try? input.close()
    script.wait()
  }

  /// Ends the server as a crash does, and starts it again.
  public func restart() throws { try order("restart") }

  /// Listens with TLS and a password, too; the authority is ``folder``/authority.pem.
  /// - Returns: the port on 127.0.0.1; the certificate names db.example.com.
  public func listenWithTLS() throws -> String { try order("tls") }

  /// Starts a pool that hands out connections by transaction.
  /// - Returns: the folder of its socket.
  public func startPool() throws -> String {
    try order("pool")
    return folder + "/pool"
  }

  /// Starts a second server that follows this one, which waits for it at every commit.
  /// - Returns: the folder of its socket.
  public func startStandby() throws -> String {
    try order("standby")
    return folder + "/standby"
  }

  /// Ends this server as a crash does, and makes the second one take over.
  public func failOver() throws { try order("failover") }

  @discardableResult
  private func order(_ order: String) throws -> String {
    try input.write(contentsOf: Data((order + "\n").utf8))
    return try awaitReady()
  }

  /// The address of a new, empty database.
  public func database() throws -> String {
    let number = databases.withLock { count in
      count += 1
      return count
    }
    try psql("CREATE DATABASE pawl_\(number)", in: "postgres")
    return address(of: "pawl_\(number)")
  }

  public func address(
    of database: String, user: String = "pawl", port: String = "5432"
  ) -> String {
    "postgresql://\(user)@/\(database)?host=\(folder)&port=\(port)"
  }

  /// Runs statements as a person would, past pawl.
  @discardableResult
  public func psql(_ statements: String, in database: String) throws -> String {
    let address = database.contains("://") ? database : address(of: database)
    let (code, output) = try StartedProgram.run(
      "/usr/bin/psql",
      ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statements, address],
      joinsStreams: true)
    let text = String(decoding: output, as: UTF8.self)
    guard code == 0 else {
      throw TestFailure("expected psql to succeed, found exit code \(code): \(text)")
    }
    return text
  }

  /// - Returns: what is said behind the word.
  @discardableResult
  private func awaitReady() throws -> String {
    var line = ""
    while !line.hasSuffix("\n") {
      guard let byte = try output.read(upToCount: 1), !byte.isEmpty else {
        throw TestFailure(
          "expected scripts/test-database to start a server; `make setup` installs PostgreSQL")
      }
      line += String(decoding: byte, as: UTF8.self)
    }
    return String(line.dropFirst("ready".count)).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
