import Vocabulary

// What the kernel and the launcher say, bytes to values. Pure and total: a line that does not read is nil.

/// What identifies one process for ever on this machine: its number is given out again after its end, its
/// number together with its start is not, and neither means anything after a reboot.
struct ProcessIdentity: Hashable, Sendable, Codable {
  let pid: Int32
  /// When it started, in clock ticks since boot (proc(5), /proc/pid/stat, field 22).
  let startTicks: UInt64
  let bootID: String
}

/// The part of `/proc/<pid>/stat` that this driver reads (proc(5)).
struct ProcessStat: Hashable, Sendable {
  /// The session it belongs to, by the number of the session's leader.
  let session: Int32
  let startTicks: UInt64
  /// Whether it has ended and only its parent has not asked for its exit status yet.
  let hasEnded: Bool

  /// The name in the second field is whatever the program calls itself, blanks and parentheses included;
  /// so counting starts behind the last `)`.
  init?(_ bytes: [UInt8]) {
    guard let parenthesis = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = words(bytes[bytes.index(after: parenthesis)...])
    guard fields.count >= 20, let session = Int32(fields[3]), let start = UInt64(fields[19]) else {
      return nil
    }
    self.session = session
    startTicks = start
    hasEnded = ["Z", "X", "x"].contains(fields[0])
  }
}

/// The sockets that listen on a TCP port, by inode, out of `/proc/net/tcp` or `/proc/net/tcp6` (proc(5)).
func listeningSockets(in bytes: [UInt8], port: UInt16) -> [UInt64] {
  bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
    let fields = words(line)
    guard fields.count >= 10, fields[3] == "0A",
      let portDigits = fields[1].split(separator: ":").last, UInt16(portDigits, radix: 16) == port
    else { return nil }
    return UInt64(fields[9])
  }
}

/// The inode in the target of a link in `/proc/<pid>/fd`: `socket:[12345]`.
func socketInode(inLink target: String) -> UInt64? {
  guard target.hasPrefix("socket:["), target.hasSuffix("]") else { return nil }
  return UInt64(target.dropFirst(8).dropLast())
}

/// The line by which a launched process says who it is, before it becomes the tenant: `4711 998877`.
func launchedProcess(in line: [UInt8], bootID: String) -> ProcessIdentity? {
  guard line.last == UInt8(ascii: "\n") else { return nil }
  let fields = words(line[...])
  guard fields.count == 2, let pid = Int32(fields[0]), pid > 1, let start = UInt64(fields[1]) else {
    return nil
  }
  return ProcessIdentity(pid: pid, startTicks: start, bootID: bootID)
}

private func words(_ bytes: ArraySlice<UInt8>) -> [String] {
  bytes.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    .map { String(decoding: $0, as: UTF8.self) }
}
