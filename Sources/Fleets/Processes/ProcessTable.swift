import Glibc
import SystemPackage
import Vocabulary

/// Finds, watches and signals processes through `/proc`, always by ``ProcessIdentity``, never by name.
///
/// "Gone" is said only when the kernel says so; a look that fails for another reason (no descriptors left,
/// no permission) throws, because taking it for "gone" would start a second process.
struct ProcessTable: Sendable {
  private static let root: FilePath = "/proc"
  private static let reportBytesMax = 16 * 1024 * 1024

  /// What identifies the present boot of this machine.
  func bootID() throws(Unknown) -> String {
    let path = Self.root.appending("sys/kernel/random/boot_id")
    guard let bytes = try Disk.read(path, bytesMax: 1024) else {
      throw Unknown(.unanswerable, "expected the boot's identity in \(path), found no such file")
    }
    return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
  }

  /// Whether that very process runs. One that ended and was not yet collected does not.
  func isAlive(_ process: ProcessIdentity) throws(Unknown) -> Bool {
    guard try bootID() == process.bootID, let stat = try stat(of: process.pid) else { return false }
    return stat.startTicks == process.startTicks && !stat.hasEnded
  }

  /// The process and everything that runs in the session it leads; empty when it is gone, because then
  /// the session's number may belong to somebody else.
  func session(ledBy leader: ProcessIdentity) throws(Unknown) -> [ProcessIdentity] {
    guard try isAlive(leader) else { return [] }
    var members: [ProcessIdentity] = []
    for pid in try allPIDs() {
      guard let stat = try stat(of: pid), stat.session == leader.pid, !stat.hasEnded else {
        continue
      }
      members.append(
        ProcessIdentity(pid: pid, startTicks: stat.startTicks, bootID: leader.bootID))
    }
    // Looked at again: had it ended meanwhile, the session could have been another's.
    return try isAlive(leader) ? members : []
  }

  /// What is left of `sockets` without those that `leader` has open, or anybody in the session it leads.
  func foreign(
    _ sockets: [UInt64], to leader: ProcessIdentity
  ) throws(Unknown) -> [UInt64] {
    guard try isAlive(leader) else { return sockets }
    // Most tenants are one process, and finding the others reads all of /proc.
    let own = try self.sockets(of: leader)
    var left = sockets.filter { !own.contains($0) }
    if left.isEmpty { return try isAlive(leader) ? [] : sockets }
    for process in try session(ledBy: leader) {
      let own = try self.sockets(of: process)
      left.removeAll(where: own.contains)
    }
    return try isAlive(leader) ? left : sockets
  }

  /// The sockets that listen on `port`, by inode.
  func listeners(on port: UInt16) throws(Unknown) -> [UInt64] {
    var inodes: [UInt64] = []
    for name in ["net/tcp", "net/tcp6"] {
      let path = Self.root.appending(name)
      // Without IPv6 there is no tcp6.
      guard let bytes = try Disk.read(path, bytesMax: Self.reportBytesMax) else { continue }
      inodes += listeningSockets(in: bytes, port: port)
    }
    return inodes
  }

  /// The sockets that `process` has open, by inode.
  func sockets(of process: ProcessIdentity) throws(Unknown) -> [UInt64] {
    let folder = Self.root.appending("\(process.pid)").appending("fd")
    var inodes: [UInt64] = []
    for name in try Disk.names(in: folder) ?? [] {
      guard let target = try Disk.target(of: folder.appending(name)) else { continue }
      if let inode = socketInode(inLink: target.string) { inodes.append(inode) }
    }
    return inodes
  }

  /// Sends `signal` to that very process; harmless when it is gone.
  ///
  /// Its start is compared right before. Numbers are given out in a circle, so for another process to be
  /// hit, this one would have to end and all other numbers be used up between two system calls.
  func send(_ signal: CInt, to process: ProcessIdentity) throws(Unknown) {
    precondition(process.pid > 1, "a signal goes to one process, never to a group or to init")
    guard try isAlive(process), kill(process.pid, signal) != 0 else { return }
    let errno = Errno(rawValue: errno)
    guard errno != .noSuchProcess else { return }
    throw Unknown(.forbidden, "could not signal process \(process.pid): \(errno)")
  }

  private func stat(of pid: Int32) throws(Unknown) -> ProcessStat? {
    let path = Self.root.appending("\(pid)").appending("stat")
    guard let bytes = try Disk.read(path, bytesMax: 64 * 1024) else { return nil }
    guard let stat = ProcessStat(bytes) else {
      throw Unknown(.malformed, "expected the fields of proc(5) in \(path), found something else")
    }
    return stat
  }

  private func allPIDs() throws(Unknown) -> [Int32] {
    try Disk.names(in: Self.root)?.compactMap { Int32($0.string) } ?? []
  }
}
