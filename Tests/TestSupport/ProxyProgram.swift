import Foundation
import Subprocess
import Synchronization
import SystemPackage

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
    try await requireInstalled("tinyproxy")
    return try await withTemporaryDirectory { folder in
      // It cannot choose a port by itself; a few tries find one that nobody has.
      for _ in 0..<20 {
        let port = UInt16.random(in: 10_240..<32_000)
        let settings = folder.appending("tinyproxy.conf")
        let login =
          wantsLogin ? "BasicAuth \(user) \(password)\n" : ""
        try Data(
          "Port \(port)\nListen 127.0.0.1\nAllow 127.0.0.1\nMaxClients 20\nLogLevel Info\n\(login)"
            .utf8
        ).write(to: URL(fileURLWithPath: settings.string))
        if let answer = try await run(on: port, settings, body) { return answer }
      }
      throw TestFailure("expected a free port for tinyproxy, found none in twenty tries")
    }
  }

  /// Nil when it ended before it listened.
  private nonisolated(nonsending) static func run<Answer: Sendable>(
    on port: UInt16, _ settings: FilePath, _ body: (ProxyProgram) async throws -> Answer
  ) async throws -> Answer? {
    try await Subprocess.run(
      .name("setpriv"),
      arguments: ["--pdeathsig", "TERM", "tinyproxy", "-d", "-c", settings.string],
      environment: .custom(programPath), input: .none, output: .sequence, error: .discarded
    ) { execution in
      let log = Log()
      let (starts, start) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
      async let reading: Void = read(execution.standardOutput, into: log, announcing: start)
      do {
        var answer: Answer?
        if await starts.first(where: { true }) != nil {
          answer = try await body(ProxyProgram(authority: "127.0.0.1:\(port)", log: log))
          try execution.send(signal: .terminate)
        }
        try await reading
        return answer
      } catch {
        try? execution.send(signal: .terminate)
        throw error
      }
    }.closureResult
  }

  private static func read(
    _ output: SubprocessOutputSequence, into log: Log,
    announcing start: AsyncStream<Void>.Continuation
  ) async throws {
    defer { start.finish() }
    for try await line in output.strings() {
      log.lines.withLock { $0.append(line) }
      if line.contains("Accepting connections") { start.yield() }
    }
  }
}
