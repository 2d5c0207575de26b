import Foundation
import Glibc
import SystemPackage
import TestSupport
import Vocabulary

/// What is really there, found out without any part of pawl.
extension Stage {
  /// The digest that `latest` shows in each repository, in order; nil where there is no such tag.
  func latest() async throws -> [Digest?] { try await shown("latest") }

  func shown(_ tag: String) async throws -> [Digest?] {
    var digests: [Digest?] = []
    for repository in Images.repositories {
      digests.append(try await registry.manifest(repository, tag).map { digest(of: $0) })
    }
    return digests
  }

  /// What the build of a commit pushed, in the same order.
  func built(_ commit: Commit) async throws -> [Digest?] {
    try await shown(try Images.tag(commit).text)
  }

  /// The commit that each tenant's `/buildinfo` names, as `curl` sees it.
  func served() async throws -> [String: String] {
    struct BuildInfo: Decodable { let git_sha: String }
    var served: [String: String] = [:]
    for tenant in tenants {
      let body = try await successful(
        "curl", "--silent", "--fail", "--max-time", "60", "\(tenant.url)/buildinfo")
      served[tenant.slug] = try JSONDecoder().decode(BuildInfo.self, from: Data(body.utf8)).git_sha
    }
    return served
  }

  /// The process of each tenant that runs one, by the driver's own record and the kernel's.
  func processes() throws -> [String: TenantProcess] {
    struct State: Decodable {
      struct Instance: Decodable { let process: TenantProcess }
      let instance: Instance?
    }
    var found: [String: TenantProcess] = [:]
    for tenant in tenants {
      let file = folder.appending("fleet/tenants/\(tenant.slug)/state.json").string
      guard let data = FileManager.default.contents(atPath: file) else { continue }
      guard let process = try JSONDecoder().decode(State.self, from: data).instance?.process,
        process.isAlive
      else { continue }
      found[tenant.slug] = process
    }
    return found
  }

  /// Every commit that each tenant's program was started with, in order, from the tenant's own log: it
  /// misses nothing, as samples would.
  func starts() throws -> [String: [Commit]] {
    var starts: [String: [Commit]] = [:]
    for tenant in tenants {
      let log = folder.appending("fleet/logs/\(tenant.slug).log").string
      guard let data = FileManager.default.contents(atPath: log) else { continue }
      starts[tenant.slug] = try String(decoding: data, as: UTF8.self).split(separator: "\n")
        .compactMap { line in
          guard let start = line.firstRange(of: " serves ") else { return nil }
          return try Commit(parsing: String(line[start.upperBound...].prefix(40)))
        }
    }
    return starts
  }

  /// Everything that a refused command must leave as it was.
  func snapshot() async throws -> Snapshot {
    Snapshot(
      latest: try await latest(), processes: try processes(), entries: try Rows.count(journal))
  }
}

struct Snapshot: Hashable, Sendable {
  let latest: [Digest?]
  let processes: [String: TenantProcess]
  /// How many entries the journal has; nil when there is none.
  let entries: Int?

  /// The same outside, whatever the journal tells about it.
  func isOutside(of other: Snapshot) -> Bool {
    latest == other.latest && processes == other.processes
  }
}

struct TenantProcess: Hashable, Sendable, Decodable {
  let pid: Int32
  let startTicks: UInt64

  /// Whether this very process runs (proc(5)).
  var isAlive: Bool {
    guard let stat = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return false }
    // The name in brackets may hold anything, also brackets; state is the third field, start the 22nd.
    let fields = String(decoding: stat, as: UTF8.self).split(separator: ")").last?
      .split(separator: " ")
    guard let fields, fields.count > 19 else { return false }
    return fields[0] != "Z" && UInt64(fields[19]) == startTicks
  }
}

enum Processes {
  /// Every process whose program, folder or arguments lie in `folder`: tenants, their launchers, and pawl
  /// itself.
  static func mentioning(_ folder: FilePath) throws -> [String] {
    let manager = FileManager.default
    return try manager.contentsOfDirectory(atPath: "/proc").compactMap { name in
      guard let pid = Int32(name), pid != getpid() else { return nil }
      let links = ["exe", "cwd"].compactMap {
        try? manager.destinationOfSymbolicLink(atPath: "/proc/\(pid)/\($0)")
      }
      let arguments = manager.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
      let line = String(decoding: arguments, as: UTF8.self).replacing("\0", with: " ")
      let isOurs = (links + [line]).contains { $0.contains(folder.string + "/") }
      return isOurs ? "\(pid): \(line)" : nil
    }
  }
}

enum FileLockProbe {
  /// Whether the lock could be taken now; a lock that was never made is free.
  static func isFree(_ path: String) throws -> Bool {
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else {
      guard errno == ENOENT else { throw TestFailure("could not open \(path): errno \(errno)") }
      return true
    }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }
}
