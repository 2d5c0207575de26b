import CoreFoundation
import DequeModule
import Foundation
import Glibc
import Presentation
import Vocabulary

/// How many connections to tenants this process may hold at once.
///
/// A fleet may have more tenants than this process may open files (`ulimit -n`). A look that fails because of
/// that would say of a tenant that it did not answer, when nobody had asked. So as many are asked at once as
/// there are files for, and connections are kept for as many hosts as there is room for.
actor ConnectionBudget {
  /// Never more at once, however many files there are.
  private static let atOnceMax = 64
  /// How many connections one host may take, when several tenants share it.
  private static let perHost = UInt64(8)
  /// For the journal, its lock, logs, programs that are started, registries, the forge and engines.
  private static let filesForOthers = UInt64(40)
  /// For each processor: the thread that waits for its connections.
  private static let filesPerProcessor = UInt64(4)

  private let keptHostsMax: Int
  private var keptHosts: Set<String> = []
  private var left: Int
  private var waiting: Deque<CheckedContinuation<Void, Never>> = []

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
    left = Int(min(UInt64(Self.atOnceMax), (free + 1) / 2))
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
  nonisolated func connecting<Answer: Sendable>(
    to host: String, _ body: (_ isKept: Bool) async -> Answer
  ) async -> Answer {
    let isKept = await enter(host)
    let answer = await body(isKept)
    await leave()
    return answer
  }

  private func enter(_ host: String) async -> Bool {
    if left > 0 {
      left -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
    if keptHosts.count < keptHostsMax { keptHosts.insert(host) }
    return keptHosts.contains(host)
  }

  private func leave() {
    if let next = waiting.popFirst() { next.resume() } else { left += 1 }
  }
}
