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
    try await withTemporaryDirectory { folder in
      let pair = try await Certificates.selfSigned(in: folder, for: tenants.map(\.name))
      // Ends what is under way first, so that the log is complete.
      let nginx = ListeningProgram(
        command: ["nginx", "-e", "stderr", "-p", folder.string, "-c"],
        announcement: "event method", end: .quit)
      let answer = try await nginx.run(
        in: folder, settings: { settings(for: tenants, on: $0, pair, in: folder) }
      ) { port in
        try await body(EdgeServer(port: port, authority: Array(pair.certificate.utf8)))
      }
      let log = try String(contentsOfFile: folder.appending("access.log").string, encoding: .utf8)
      return (answer, log.split(separator: "\n").map(String.init))
    }
  }

  private static func settings(
    for tenants: [(name: String, commit: Commit)], on port: UInt16, _ pair: Certificates.Pair,
    in folder: FilePath
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
}
