import Subprocess
import SystemPackage
import Transport
public import Vocabulary

/// Starts a real registry (CNCF distribution, Debian's `docker-registry`) on a free port of this
/// machine, runs `body` with it, and stops it however `body` ends.
///
/// It answers when `body` begins. Its content lies in a directory of its own and goes with it.
/// Should the test process die, the kernel stops the registry.
///
/// ```swift
/// try await withRegistry { registry in
///   let digest = try await registry.push(image.built, to: "acme/platform", tags: ["latest"])
/// }
/// ```
///
/// - Parameter listener: is sent the registry's own notification of everything that is pushed.
public nonisolated(nonsending) func withRegistry<Answer: Sendable>(
  _ access: RegistryServer.Access = .open, reportingTo listener: HTTPAddress? = nil,
  _ body: (RegistryServer) async throws -> Answer
) async throws -> Answer {
  for program in ["setpriv", "docker-registry"] { try await requireInstalled(program) }
  return try await withTemporaryDirectory { directory in
    let configuration = try access.configure(in: directory, reportingTo: listener)
    // The kernel signals the child when the thread that started it ends; the library starts every
    // child from one thread of its own that lives as long as the process.
    return try await run(
      .name("setpriv"),
      arguments: ["--pdeathsig", "TERM", "docker-registry", "serve", configuration.string],
      environment: .custom(programPath), input: .none, output: .discarded, error: .sequence
    ) { execution in
      let (ports, announce) = AsyncStream<UInt16>.makeStream(bufferingPolicy: .bufferingOldest(1))
      // The log is read to its end, or the registry would stop when the pipe is full.
      async let log = RegistryLog.read(execution.standardError, announcing: announce)
      do {
        guard let port = await ports.first(where: { _ in true }) else {
          throw TestFailure("docker-registry ended before it listened; it said: \(try await log)")
        }
        let answer = try await serve(at: port, access, body)
        try execution.send(signal: .terminate)
        return answer
      } catch {
        // It may have ended by itself, and then there is nothing to stop.
        try? execution.send(signal: .terminate)
        throw error
      }
    }.closureResult
  }
}

/// A registry that runs for the time of one test.
public struct RegistryServer: Sendable {
  /// Whom it lets in.
  public enum Access: Sendable {
    /// Everybody.
    case open
    /// Only ``RegistryServer/user`` with ``RegistryServer/password``, by HTTP Basic.
    case password
  }

  /// `127.0.0.1:<port>`.
  public let host: RegistryHost
  /// `http://127.0.0.1:<port>`.
  public let address: HTTPAddress
  public let access: Access

  public static let user = "pawl"
  public static let password = "ratchet wheel"

  let connections: Connections
}

private nonisolated(nonsending) func serve<Answer>(
  at port: UInt16, _ access: RegistryServer.Access,
  _ body: (RegistryServer) async throws -> Answer
) async throws -> Answer {
  try await Connections.open(version: "tests") { connections in
    let server = RegistryServer(
      host: try RegistryHost(parsing: "127.0.0.1:\(port)"),
      address: try HTTPAddress(parsing: "http://127.0.0.1:\(port)"),
      access: access, connections: connections)
    try await server.requireAnswer()
    return try await body(server)
  }
}
