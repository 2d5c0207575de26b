import Foundation
import Subprocess
import Synchronization
import SystemPackage
import TestSupport
import Transport
import Vocabulary

/// The real `pawl control-plane`, for the time of one test.
struct PlaneServer: Sendable {
  let address: HTTPAddress
  /// What it has said so far, a line each.
  let log: Lines
  private let connections: Connections

  /// Those who may ask, each by a token that is the name.
  enum Bearer: String, CaseIterable {
    case reader, deployer, reverter, boss

    fileprivate var roles: String {
      switch self {
      case .reader: "read"
      case .deployer: "read,deploy"
      case .reverter: "deploy,rollback"
      case .boss: "admin"
      }
    }
  }

  final class Lines: Sendable {
    private let kept = Mutex<[String]>([])

    var all: [String] { kept.withLock { $0 } }

    fileprivate func keep(_ line: String) { kept.withLock { $0.append(line) } }
  }

  struct Answer: Sendable {
    let status: Int
    let body: String

    private struct Document: Decodable { let results: [[String: Value]] }

    private enum Value: Decodable, CustomStringConvertible {
      case truth(Bool), number(Int), text(String)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let truth = try? container.decode(Bool.self) {
          self = .truth(truth)
        } else if let number = try? container.decode(Int.self) {
          self = .number(number)
        } else {
          self = .text(try container.decode(String.self))
        }
      }

      var description: String {
        switch self {
        case .truth(let truth): "\(truth)"
        case .number(let number): "\(number)"
        case .text(let text): text
        }
      }
    }

    /// One field of every row, as text; `-` where a row has none.
    func column(_ name: String) throws -> [String] {
      let document = try JSONDecoder().decode(Document.self, from: Data(body.utf8))
      return document.results.map { $0[name]?.description ?? "-" }
    }
  }

  /// The first line of its own that is as wanted, once there is one.
  func line(where isWanted: (String) -> Bool) async throws -> String {
    for _ in 0..<2_400 {
      if let line = log.all.first(where: isWanted) { return line }
      try await pause(.milliseconds(50))
    }
    throw TestFailure("expected the control plane to say it, found \(log.all)")
  }

  /// - Parameter bearer: nil sends no token.
  func ask(
    _ method: HTTPRequest.Method, _ path: String, as bearer: String? = "boss",
    _ body: String = "", headers: [HTTPHeader] = []
  ) async throws -> Answer {
    guard let target = RequestTarget(path) else { throw TestFailure("no target: \(path)") }
    var request = HTTPRequest(method, target, at: address)
    request.headers = headers + [HTTPHeader("Content-Type", "application/json")]
    request.authorization = bearer.map { Secret("Bearer \($0)") }
    request.body = Array(body.utf8)
    let answer = try await connections.exchange(
      request, limits: HTTPLimits(bodyBytesMax: 1 << 20, time: .seconds(120))
    ).get()
    return Answer(status: answer.status, body: String(decoding: answer.body, as: UTF8.self))
  }

  /// Starts it over the fleet of a settings file of `stage`, runs `body`, and stops it in order.
  /// - Parameter roles: those of bearers who have others than usual.
  nonisolated(nonsending) static func run<Value: Sendable>(
    on stage: Stage, config: String = "pawl.yaml", roles: [Bearer: String] = [:],
    _ arguments: String...,
    body: (PlaneServer) async throws -> Value
  ) async throws -> Value {
    let list = Bearer.allCases.map { bearer in
      "\(bearer.rawValue) \(roles[bearer] ?? bearer.roles) "
        + "\(digest(of: Array(bearer.rawValue.utf8)))"
    }
    try stage.write(list.joined(separator: "\n"), to: "tokens")
    let command =
      [
        "--pdeathsig", "TERM", try Programs.pawl(), "control-plane", "--listen", "127.0.0.1:0",
        "--tokens", stage.path("tokens"), "--config", stage.path(config),
      ] + arguments
    let result = try await Subprocess.run(
      .name("setpriv"), arguments: Arguments(command),
      environment: .custom([
        "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": .init(stringLiteral: stage.folder.string), "SWIFT_BACKTRACE": "enable=no",
      ]), input: .none, output: .discarded, error: .sequence
    ) { execution in
      let (ports, announce) = AsyncStream<UInt16>.makeStream(bufferingPolicy: .bufferingOldest(1))
      let lines = Lines()
      async let log: Void = read(execution.standardError, into: lines, announcing: announce)
      do {
        guard let port = await ports.first(where: { _ in true }) else {
          throw TestFailure("pawl control-plane ended before it listened: \(lines.all)")
        }
        let address = try HTTPAddress(parsing: "http://127.0.0.1:\(port)")
        let value = try await Connections.open(version: "tests", silenceMax: .seconds(120)) {
          try await body(PlaneServer(address: address, log: lines, connections: $0))
        }
        try execution.send(signal: .terminate)
        try await log
        return value
      } catch {
        try? execution.send(signal: .terminate)
        throw error
      }
    }
    guard case .exited(0) = result.terminationStatus else {
      throw TestFailure("expected it to end in order, found \(result.terminationStatus)")
    }
    return result.closureResult
  }

  private static func read(
    _ output: SubprocessOutputSequence, into lines: Lines,
    announcing ports: AsyncStream<UInt16>.Continuation
  ) async throws {
    defer { ports.finish() }
    for try await line in output.strings() {
      lines.keep(line)
      guard let place = line.firstRange(of: "listening on http://127.0.0.1:") else { continue }
      if let port = UInt16(line[place.upperBound...].prefix { $0.isNumber }) { ports.yield(port) }
    }
  }
}
