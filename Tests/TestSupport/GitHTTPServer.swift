import Foundation
import NIOCore
import NIOPosix
import Synchronization
public import SystemPackage
import Transport
public import Vocabulary

/// Serves the bare repositories in `folder` by `git http-backend` on a free port of this machine, runs
/// `body` with it, and stops it however `body` ends.
public nonisolated(nonsending) func withGitHTTPServer<Answer>(
  of folder: FilePath, _ body: (GitHTTPServer) async throws -> Answer
) async throws -> Answer {
  // Threads of its own, because each request waits for a program.
  let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
  let faults = GitHTTPServer.Faults()
  do {
    let answer = try await withFaultyServer(
      on: group, { received in GitHTTPServer.reply(to: received, folder: folder.string, faults) }
    ) { server in
      try await body(GitHTTPServer(address: server.address, faults: faults))
    }
    try await group.shutdownGracefully()
    return answer
  } catch {
    try? await group.shutdownGracefully()
    throw error
  }
}

public struct GitHTTPServer: Sendable {
  public let address: HTTPAddress
  fileprivate let faults: Faults

  /// The next `count` pushes are carried out, and their answers lost.
  public func loseAnswers(toNext count: Int) { faults.answersLost.withLock { $0 = count } }

  /// The next `count` pushes are not carried out, and the connection is cut.
  public func losePushes(next count: Int) { faults.pushesLost.withLock { $0 = count } }

  /// Every push from now on is refused as for a credential without the right.
  public func forbidPushes() { faults.isForbidden.withLock { $0 = true } }

  /// Answers nobody who does not send this in `Authorization`.
  public func demand(authorization: String) {
    faults.authorization.withLock { $0 = authorization }
  }

  fileprivate final class Faults: Sendable {
    let authorization = Mutex<String?>(nil)
    let answersLost = Mutex(0)
    let pushesLost = Mutex(0)
    let isForbidden = Mutex(false)

    static func takes(_ left: borrowing Mutex<Int>) -> Bool {
      left.withLock { left in
        guard left > 0 else { return false }
        left -= 1
        return true
      }
    }
  }

  fileprivate static func reply(
    to received: FaultyServer.Received, folder: String, _ faults: Faults
  ) -> FaultyServer.Reply {
    if let wanted = faults.authorization.withLock({ $0 }),
      received.value(of: "Authorization") != wanted
    {
      return .answer(
        401, headers: [HTTPHeader("WWW-Authenticate", "Basic realm=\"git\"")], body: [])
    }
    let isPush = received.method == "POST" && received.target.hasSuffix("/git-receive-pack")
    if isPush, Faults.takes(faults.pushesLost) { return .reset }
    if received.target.contains("receive-pack"), faults.isForbidden.withLock({ $0 }) {
      return .answer(403, body: [])
    }
    guard let answer = try? run(received, folder) else { return .answer(500, body: []) }
    if isPush, Faults.takes(faults.answersLost) { return .reset }
    return answer
  }

  /// RFC 3875, as far as git needs it.
  private static func run(
    _ received: FaultyServer.Received, _ folder: String
  ) throws -> FaultyServer.Reply {
    let halves = received.target.split(
      separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_PROJECT_ROOT": folder,
      "GIT_HTTP_EXPORT_ALL": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
      "REQUEST_METHOD": received.method, "PATH_INFO": String(halves[0]),
      "QUERY_STRING": halves.count > 1 ? String(halves[1]) : "", "REMOTE_USER": "tester",
      "CONTENT_LENGTH": String(received.body.count),
    ]
    environment["CONTENT_TYPE"] = received.value(of: "Content-Type")
    environment["HTTP_CONTENT_ENCODING"] = received.value(of: "Content-Encoding")
    environment["GIT_PROTOCOL"] = received.value(of: "Git-Protocol")
    let input = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data(received.body).write(to: input)
    defer { try? FileManager.default.removeItem(at: input) }
    let backend = try StartedProgram.run(
      "/usr/bin/git", ["http-backend"], environment: environment,
      input: .file(try FileHandle(forReadingFrom: input)))
    return reply(from: Array(backend.output))
  }

  private static func reply(from bytes: [UInt8]) -> FaultyServer.Reply {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
      return .answer(500, body: [])
    }
    var status = 200
    var headers: [HTTPHeader] = []
    for line in String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let value = parts[1].trimmingCharacters(in: .whitespaces)
      if parts[0] == "Status" {
        status = Int(value.prefix(3)) ?? 500
      } else {
        headers.append(HTTPHeader(String(parts[0]), value))
      }
    }
    return .answer(status, headers: headers, body: Array(bytes[end.upperBound...]))
  }
}
