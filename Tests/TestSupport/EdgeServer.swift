import Foundation
import Subprocess
import SystemPackage
public import Vocabulary

/// One server (nginx) on loopback before several tenants, who are told apart by the name they are asked
/// under. Over TLS, with a certificate of its own for all of them; HTTP/2 is offered.
public struct EdgeServer: Sendable {
  public let port: UInt16
  /// The authority of its certificate, in PEM.
  public let authority: [UInt8]

  /// Where the tenant of that name is asked.
  public func address(of name: String) throws -> HTTPAddress {
    try HTTPAddress(parsing: "https://\(name):\(port)")
  }

  /// Starts it, runs `body`, and stops it.
  /// - Parameter tenants: by name, the commit that each one's `/buildinfo` names.
  /// - Returns: beside what `body` returned, its access log: `HTTP/2.0 anna.example.test /buildinfo 200`, and
  ///   the number of the connection.
  public nonisolated(nonsending) static func run<Answer: Sendable>(
    _ tenants: [(name: String, commit: Commit)], _ body: (EdgeServer) async throws -> Answer
  ) async throws -> (answer: Answer, log: [String]) {
    try await requireInstalled("nginx")
    return try await withTemporaryDirectory { folder in
      let pair = try await Certificates.selfSigned(in: folder, for: tenants.map(\.name))
      // It cannot choose a port by itself; a few tries find one that nobody has.
      for _ in 0..<20 {
        let server = EdgeServer(
          port: UInt16.random(in: 10_240..<32_000), authority: Array(pair.certificate.utf8))
        let settings = server.settings(for: tenants, pair, in: folder)
        try Data(settings.utf8).write(
          to: URL(fileURLWithPath: folder.appending("nginx.conf").string))
        if let answer = try await server.run(in: folder, body) {
          let log = try String(
            contentsOfFile: folder.appending("access.log").string, encoding: .utf8)
          return (answer, log.split(separator: "\n").map(String.init))
        }
      }
      throw TestFailure("expected a free port for nginx, found none in twenty tries")
    }
  }

  private func settings(
    for tenants: [(name: String, commit: Commit)], _ pair: Certificates.Pair, in folder: FilePath
  ) -> String {
    let servers = tenants.map { name, commit in
      """
        server {
          listen 127.0.0.1:\(port) ssl http2;
          server_name \(name);
          location = /buildinfo { default_type application/json; return 200 '{"git_sha":"\(commit)"}'; }
          location = /health { return 204; }
        }

      """
    }
    return """
      daemon off;
      master_process off;
      pid \(folder)/nginx.pid;
      error_log stderr notice;
      events { worker_connections 64; }
      http {
        log_format protocol '$server_protocol $host $request_uri $status $connection';
        access_log \(folder)/access.log protocol;
        client_body_temp_path \(folder); proxy_temp_path \(folder); fastcgi_temp_path \(folder);
        uwsgi_temp_path \(folder); scgi_temp_path \(folder);
        ssl_certificate \(pair.certificateFile);
        ssl_certificate_key \(pair.keyFile);
      \(servers.joined())
      }
      """
  }

  /// Nil when it ended before it listened.
  private nonisolated(nonsending) func run<Answer: Sendable>(
    in folder: FilePath, _ body: (EdgeServer) async throws -> Answer
  ) async throws -> Answer? {
    try await Subprocess.run(
      .name("setpriv"),
      arguments: [
        "--pdeathsig", "TERM", "nginx", "-e", "stderr", "-p", folder.string, "-c",
        folder.appending("nginx.conf").string,
      ],
      environment: .custom(programPath), input: .none, output: .discarded, error: .sequence
    ) { execution in
      let (starts, start) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
      async let reading: Void = read(execution.standardError, announcing: start)
      do {
        var answer: Answer?
        if await starts.first(where: { true }) != nil {
          answer = try await body(self)
          // Ends what is under way first, so that the log is complete.
          try execution.send(signal: .quit)
        }
        try await reading
        return answer
      } catch {
        try? execution.send(signal: .terminate)
        throw error
      }
    }.closureResult
  }

  private func read(
    _ words: SubprocessOutputSequence, announcing start: AsyncStream<Void>.Continuation
  ) async throws {
    defer { start.finish() }
    // Said once it listens.
    for try await line in words.strings() where line.contains("event method") { start.yield() }
  }
}
