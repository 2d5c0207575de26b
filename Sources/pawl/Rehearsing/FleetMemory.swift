import CoreFoundation
import Foundation
import Glibc
import Presentation

/// How many tenants this machine can imagine: a rehearsed fleet, its journal and its history lie in memory.
struct FleetMemory {
  /// How many bytes a tenant of a rehearsed delivery takes at most (docs/reference/rehearsal.md).
  static let bytesPerTenant = 64_000.0

  /// How many bytes may be taken.
  let bytes: UInt64

  /// The least of what the machine has left, and of what the control groups and `ulimit -v` allow.
  static func ofThisMachine() -> FleetMemory {
    let groups = text("/proc/self/cgroup").map(limitFiles) ?? []
    let limits =
      [text("/proc/meminfo").flatMap(available), addressSpace()]
      + groups.map { text($0).flatMap(limit) }
    // Where nobody says what is left, what the machine has.
    return FleetMemory(
      bytes: limits.compactMap(\.self).reduce(ProcessInfo.processInfo.physicalMemory, min))
  }

  /// How many deliveries to so many tenants have room beside each other.
  /// - Throws: when not even one has.
  func deliveries(of tenants: Int) throws(ProcessFailure) -> Int {
    let needed = Double(max(1, tenants)) * Self.bytesPerTenant
    guard needed <= Double(bytes) else {
      throw ProcessFailure(
        .usage,
        "expected a fleet that fits into memory, found \(tenants) tenants: they would take about "
          + "\(Self.words(needed)), and \(Self.words(Double(bytes))) are free here",
        advice:
          "at most \(Int(Double(bytes) / Self.bytesPerTenant)) fit: name fewer with --tenants, "
          + "or use a machine with more memory")
    }
    return Int(min(1_000, Double(bytes) / needed))
  }

  private static func words(_ bytes: Double) -> String {
    bytes < 1e10 ? "\(Int(bytes / 1e6)) MB" : "\(Int(bytes / 1e9)) GB"
  }

  // MARK: What Linux says (proc(5), cgroups(7), getrlimit(2))

  /// `MemAvailable: 22853060 kB`
  static func available(meminfo: String) -> UInt64? {
    let line = meminfo.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }.map { $0 * 1_024 }
  }

  /// Where the limits of these groups stand, and of those they lie in: `4:memory:/job/7` of version 1, and
  /// `0::/job/7` of version 2.
  static func limitFiles(cgroup: String) -> [String] {
    cgroup.split(separator: "\n").flatMap { line -> [String] in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [] }
      let place: (folder: String, file: String)
      switch (parts[0], parts[1].split(separator: ",").contains("memory")) {
      case ("0", false): place = ("/sys/fs/cgroup", "memory.max")
      case (_, true): place = ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
      case (_, false): return []
      }
      let names = parts[2].split(separator: "/")
      return (0...names.count).map { count in
        ([place.folder] + names.prefix(count).map(String.init) + [place.file]).joined(
          separator: "/")
      }
    }
  }

  /// Nil of `max`, and of a number that stands for it.
  static func limit(_ text: String) -> UInt64? {
    UInt64(text.trimmingCharacters(in: .whitespacesAndNewlines)).flatMap { $0 < 1 << 60 ? $0 : nil }
  }

  private static func addressSpace() -> UInt64? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
      limit.rlim_cur < 1 << 60
    else { return nil }
    return UInt64(limit.rlim_cur)
  }

  private static func text(_ path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }
}
