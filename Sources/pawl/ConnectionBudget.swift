import CoreFoundation
import Foundation
import Glibc
import Presentation
import Synchronization
import Transport
import Vocabulary

/// How many connections to tenants this process may hold at once.
///
/// A fleet may have more tenants than this process may open files (`ulimit -n`). A look that fails because of
/// that would say of a tenant that it did not answer, when nobody had asked. So as many are asked at once as
/// there are files for, and connections are kept for as many hosts as there is room for.
final class ConnectionBudget: Sendable {
  /// Never more at once, however many files there are.
  private static let atOnceMax = 64
  /// For the journal, its lock, logs, programs that are started, registries, the forge and engines.
  private static let filesForOthers = UInt64(40)
  /// For each processor: the thread that waits for its connections.
  private static let filesPerProcessor = UInt64(4)

  private let keptHostsMax: Int
  private let keptHosts = Mutex<Set<String>>([])
  private let admission: Admission

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
    let atOnceMax = min(UInt64(Self.atOnceMax), (free + 1) / 2)
    admission = Admission(
      atOnceMax: Int(atOnceMax), perPlaceMax: Connections.connectionsPerHostMax)
    keptHostsMax = Int(clamping: (free - atOnceMax) / UInt64(Connections.connectionsPerHostMax))
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

  /// Runs `body` once there is room for a connection: waiting for one is no time of the tenant's.
  ///
  /// - Parameters:
  ///   - place: where its connections lead; no more go there at once than are opened to it.
  ///   - host: whom it goes to; `body` is told whether the connection may be kept afterwards.
  func connecting<Answer: Sendable>(
    to host: String, at place: String, _ body: (_ isKept: Bool) async -> Answer
  ) async -> Answer {
    await admission.pass(to: place) { await body(keeps(host)) }
  }

  private func keeps(_ host: String) -> Bool {
    keptHosts.withLock { kept in
      if kept.count < keptHostsMax { kept.insert(host) }
      return kept.contains(host)
    }
  }
}
