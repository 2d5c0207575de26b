import Subprocess
import Synchronization

/// A real proxy (tinyproxy) on loopback, for the time of one test.
public struct ProxyProgram: Sendable {
  /// `127.0.0.1:<port>`.
  public let authority: String
  private let log: Log

  public static let user = "deployer"
  public static let password = "secret"

  private final class Log: Sendable {
    let lines = Mutex<[String]>([])
  }

  /// Where it was asked to connect to, in order.
  public var connected: [String] {
    log.lines.withLock { lines in
      lines.compactMap { line in
        line.firstRange(of: ": CONNECT ").map {
          String(line[$0.upperBound...].prefix { $0 != " " })
        }
      }
    }
  }

  /// Starts it, runs `body`, and stops it.
  public nonisolated(nonsending) static func run<Answer: Sendable>(
    wantsLogin: Bool = false, _ body: (ProxyProgram) async throws -> Answer
  ) async throws -> Answer {
    try await withTemporaryDirectory { folder in
      let log = Log()
      let tinyproxy = ListeningProgram(
        command: ["tinyproxy", "-d", "-c"], announcement: "Accepting connections", end: .terminate)
      let login = wantsLogin ? "BasicAuth \(user) \(password)\n" : ""
      return try await tinyproxy.run(
        in: folder,
        settings: {
          "Port \($0)\nListen 127.0.0.1\nAllow 127.0.0.1\nMaxClients 20\nLogLevel Info\n\(login)"
        }, hear: { line in log.lines.withLock { $0.append(line) } }
      ) { port in try await body(ProxyProgram(authority: "127.0.0.1:\(port)", log: log)) }
    }
  }
}
