import CoreFoundation
import DequeModule
import Foundation
import Glibc
import Presentation
import Synchronization
import Vocabulary

/// How many connections to tenants this process may hold at once.
///
/// A fleet may have more tenants than this process may open files (`ulimit -n`). A look that fails because of
/// that would say of a tenant that it did not answer, when nobody had asked. So as many are asked at once as
/// there are files for, and connections are kept for as many hosts as there is room for.
final class ConnectionBudget: Sendable {
  /// Never more at once, however many files there are.
  private static let atOnceMax = 64
  /// How many connections one host may take, when several tenants share it.
  private static let perHost = UInt64(8)
  /// For the journal, its lock, logs, programs that are started, registries, the forge and engines.
  private static let filesForOthers = UInt64(40)
  /// For each processor: the thread that waits for its connections.
  private static let filesPerProcessor = UInt64(4)

  private struct State {
    var keptHosts: Set<String> = []
    var left: Int
    var waiting: Deque<CheckedContinuation<Void, Never>> = []

    init(left: Int) { self.left = left }

    mutating func takesRoom() -> Bool {
      guard left > 0 else { return false }
      left -= 1
      return true
    }
  }

  private let keptHostsMax: Int
  private let state: Mutex<State>

  /// - Throws: where there are not enough files to ask even one tenant.
  init(filesMax: UInt64, processors: Int) throws(ProcessFailure) {
    let needed = Self.filesForOthers + Self.filesPerProcessor * UInt64(max(processors, 1))
    guard filesMax > needed else {
      throw ProcessFailure(
        .unavailable,
        "expected to be allowed more than \(needed) open files, found \(filesMax): no tenant could be asked",
        advice:
          "raise it with 'ulimit -n 1024', then run the same command again; nothing was changed")
    }
    let free = filesMax - needed
    let left = Int(min(UInt64(Self.atOnceMax), (free + 1) / 2))
    state = Mutex(State(left: left))
    keptHostsMax = Int(clamping: (free - UInt64(left)) / Self.perHost)
  }

  /// As many as the system allows this process.
  static func ofThisProcess() throws(ProcessFailure) -> ConnectionBudget {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      throw ProcessFailure(
        .internal, "how many files this process may open could not be read (errno \(errno))")
    }
    return try ConnectionBudget(
      filesMax: UInt64(limit.rlim_cur), processors: ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Runs `body` once there is room for a connection.
  ///
  /// - Parameter host: whom it goes to; `body` is told whether the connection may be kept afterwards.
  func connecting<Answer: Sendable>(
    to host: String, _ body: (_ isKept: Bool) async -> Answer
  ) async -> Answer {
    await enter()
    let answer = await body(keeps(host))
    leave()
    return answer
  }

  private func enter() async {
    if takesRoom() { return }
    await withCheckedContinuation { waiting in
      // There may be room by now.
      let enters = state.withLock { state in
        if state.takesRoom() { return true }
        state.waiting.append(waiting)
        return false
      }
      if enters { waiting.resume() }
    }
  }

  private func takesRoom() -> Bool { state.withLock { $0.takesRoom() } }

  private func keeps(_ host: String) -> Bool {
    state.withLock { state in
      if state.keptHosts.count < keptHostsMax { state.keptHosts.insert(host) }
      return state.keptHosts.contains(host)
    }
  }

  /// Whoever waits longest gets the room that is left.
  private func leave() {
    let next = state.withLock { state in
      let next = state.waiting.popFirst()
      if next == nil { state.left += 1 }
      return next
    }
    next?.resume()
  }
}
