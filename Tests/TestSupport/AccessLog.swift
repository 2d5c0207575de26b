import Subprocess
import Synchronization
import Transport

/// What a registry says it was asked, in its own access log.
public final class AccessLog: Sendable {
  private struct State {
    var lines: [String] = []
    var waiting: [(text: String, waiter: CheckedContinuation<Void, Never>)] = []
    var questions = 0
  }

  private let state = Mutex(State())

  public init() {}

  /// Forgets what came so far.
  public func clear() { state.withLock { $0.lines = [] } }

  /// `GET /v2/acme/platform/manifests/latest 200`, in the order they were answered: everything that
  /// `server` was asked before this is called. It is asked one more thing, and the log read up to there.
  public func requests(of server: RegistryServer) async throws -> [String] {
    let number = state.withLock { state in
      state.questions += 1
      return state.questions
    }
    let mark = "/v2/?mark=\(number)"
    try await server.ask(mark)
    await withCheckedContinuation { waiter in
      let isThere = state.withLock { state in
        if state.lines.contains(where: { $0.contains(mark) }) { return true }
        state.waiting.append((mark, waiter))
        return false
      }
      if isThere { waiter.resume() }
    }
    return state.withLock { $0.lines.filter { !$0.contains("/v2/?mark=") } }
  }

  /// Reads lines such as `127.0.0.1 - - [26/Nov/2026:13:00:00 +0000] "GET /v2/ HTTP/1.1" 200 2 "" "x"`.
  func read(_ output: SubprocessOutputSequence) async throws {
    for try await line in output.strings() {
      let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
      guard parts.count >= 3 else { continue }
      let request = parts[1].split(separator: " ").dropLast().joined(separator: " ")
      let status = parts[2].split(separator: " ").first.map(String.init) ?? "?"
      let waiters = state.withLock { state in
        state.lines.append("\(request) \(status)")
        let met = state.waiting.filter { request.contains($0.text) }
        state.waiting.removeAll { request.contains($0.text) }
        return met.map(\.waiter)
      }
      for waiter in waiters { waiter.resume() }
    }
  }
}
