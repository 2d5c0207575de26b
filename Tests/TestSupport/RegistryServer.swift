import Subprocess
public import SystemPackage
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
/// - Parameters:
///   - listener: is sent the registry's own notification of everything that is pushed.
///   - accessLog: is filled with what the registry says it was asked.
public nonisolated(nonsending) func withRegistry<Answer: Sendable>(
  _ access: RegistryServer.Access = .open, reportingTo listener: HTTPAddress? = nil,
  log accessLog: AccessLog? = nil,
  _ body: (RegistryServer) async throws -> Answer
) async throws -> Answer {
  for program in ["setpriv", "docker-registry"] { try await requireInstalled(program) }
  return try await withTemporaryDirectory { directory in
    let access = try await access.made(in: directory)
    let configuration = try access.configure(
      in: directory, reportingTo: listener, isLogging: accessLog != nil)
    // The kernel signals the child when the thread that started it ends; the library starts every
    // child from one thread of its own that lives as long as the process.
    return try await run(
      .name("setpriv"),
      arguments: ["--pdeathsig", "TERM", "docker-registry", "serve", configuration.string],
      environment: .custom(programPath), input: .none, output: .sequence, error: .sequence
    ) { execution in
      let (ports, announce) = AsyncStream<UInt16>.makeStream(bufferingPolicy: .bufferingOldest(1))
      // The log is read to its end, or the registry would stop when the pipe is full.
      async let log = RegistryLog.read(execution.standardError, announcing: announce)
      async let requests: Void = (accessLog ?? AccessLog()).read(execution.standardOutput)
      do {
        guard let port = await ports.first(where: { _ in true }) else {
          throw TestFailure("docker-registry ended before it listened; it said: \(try await log)")
        }
        let answer = try await serve(at: port, access, body)
        try execution.send(signal: .terminate)
        try await requests
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
    /// The same user with another password.
    case otherPassword(user: String, password: String, line: String)
    /// Whoever brings a token of the service at `realm`, which signs with this certificate.
    case token(realm: String, certificate: FilePath)
    /// Everybody, over TLS with a certificate of an authority that nobody else knows.
    case tls(certificate: FilePath, key: FilePath)

    /// Over TLS; the certificate is made when the registry starts.
    public static let privateTLS = Access.tls(certificate: "", key: "")
  }

  /// `127.0.0.1:<port>`.
  public let host: RegistryHost
  /// `http://127.0.0.1:<port>`.
  public let address: HTTPAddress
  public let access: Access
  /// The authority it has its certificate from, as PEM; nil where it speaks plain HTTP.
  public let authority: [UInt8]?

  public static let user = "pawl"
  public static let password = "ratchet wheel"

  let connections: Connections
}

private nonisolated(nonsending) func serve<Answer>(
  at port: UInt16, _ access: RegistryServer.Access,
  _ body: (RegistryServer) async throws -> Answer
) async throws -> Answer {
  try await Connections.open(version: "tests") { connections in
    let authority = try access.authority()
    let server = RegistryServer(
      host: try RegistryHost(parsing: "127.0.0.1:\(port)"),
      address: try HTTPAddress(
        parsing: (authority == nil ? "http" : "https") + "://127.0.0.1:\(port)"),
      access: access, authority: authority, connections: connections)
    try await server.requireAnswer()
    return try await body(server)
  }
}
