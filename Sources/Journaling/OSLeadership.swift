public import Control
import CoreFoundation
import Foundation
import Synchronization
public import Vocabulary

/// Leadership by an operating system's lock on a file beside the journal.
///
/// `flock` belongs to the open file, so the kernel gives it back when the holder ends, however it
/// ends, and nothing is ever left locked. The lock is on a file of its own and never on the
/// journal: SQLite takes POSIX locks there, which a process loses as soon as *any* descriptor of
/// that file is closed in it, so opening and closing the journal file here would silently unlock
/// the database.
public final class OSLeadership: Leadership {
  /// The file that is locked. It stays when the lock is given back: removing it would let two
  /// processes hold locks on two files of one name.
  public let path: String

  private let command: String
  private let now: @Sendable () -> Timestamp
  private let held = Mutex<Int32?>(nil)

  /// What is kept of a holder's own description: enough for four short lines.
  private static let descriptionBytesMax = 1_024
  /// How often taking the lock is tried again when only somebody who looked was in the way: for as long as
  /// a busy machine may keep them from going on, some tens of milliseconds at least.
  private static let attemptsMax = 20_000

  /// - Parameters:
  ///   - journal: The path of the journal; the lock is `<journal>.lock`.
  ///   - command: What this process was started to do, for people: `pawl deploy`.
  ///   - now: Tells the time, to say since when.
  public init(journal: String, command: String, now: @escaping @Sendable () -> Timestamp) {
    path = journal + ".lock"
    self.command = printable(command, charactersMax: 200)
    self.now = now
  }

  deinit { release() }

  public func acquire() throws(JournalFailure) -> Bool {
    try held.withLock { (held: inout Int32?) throws(JournalFailure) -> Bool in
      if let descriptor = held {
        if isStillThePath(of: descriptor) { return true }
        // Somebody removed the file: another process can lock a new one, so this lock protects
        // nothing.
        unlock(descriptor)
        held = nil
      }
      held = try lock()
      return held != nil
    }
  }

  public func release() {
    held.withLock { held in
      if let descriptor = held { unlock(descriptor) }
      held = nil
    }
  }

  /// Asks the lock itself first: what stands in the file is only what the last holder wrote.
  public func holder() -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else {
      unlockOnly(descriptor)
      return nil
    }
    guard errno == EWOULDBLOCK else { return nil }
    var bytes = [UInt8](repeating: 0, count: Self.descriptionBytesMax)
    let count = max(pread(descriptor, &bytes, bytes.count, 0), 0)
    let text = String(decoding: bytes.prefix(count), as: UTF8.self)
    let line = text.split(separator: "\n").joined(separator: ", ")
    return line.isEmpty
      ? "a process that has not said who it is" : printable(line, charactersMax: 500)
  }

  /// A locked descriptor of the file that has the name now; nil when somebody else holds the lock.
  private func lock() throws(JournalFailure) -> Int32? {
    for _ in 0..<Self.attemptsMax {
      // Close-on-exec: a tenant that is started and outlives us must not keep our lock with it.
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw failure(errno) }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        guard isStillThePath(of: descriptor) else {
          unlock(descriptor)
          continue
        }
        describe(to: descriptor)
        return descriptor
      }
      let code = errno
      guard code == EWOULDBLOCK || code == EINTR else {
        close(descriptor)
        throw failure(code)
      }
      // Somebody who only asks for the holder locks too, shared and for an instant. If we can do
      // the same, nobody leads, and it is worth trying again at once.
      let isOnlyAsked = flock(descriptor, LOCK_SH | LOCK_NB) == 0
      unlock(descriptor)
      guard isOnlyAsked else { return nil }
      sched_yield()
    }
    return nil
  }

  /// Whether the file behind `descriptor` is the one that has the name.
  private func isStillThePath(of descriptor: Int32) -> Bool {
    var ours = stat()
    var named = stat()
    return fstat(descriptor, &ours) == 0 && stat(path, &named) == 0
      && ours.st_ino == named.st_ino && ours.st_dev == named.st_dev
  }

  /// For people only, so a failure to write it takes nothing away from the lock.
  private func describe(to descriptor: Int32) {
    let text = Self.lines(command, since: now()).map { $0 + "\n" }.joined()
    guard ftruncate(descriptor, 0) == 0 else { return }
    let bytes = Array(text.utf8)
    _ = pwrite(descriptor, bytes, bytes.count, 0)
  }

  /// How this process describes itself where others find it leading.
  public static func description(of command: String, since moment: Timestamp) -> String {
    lines(printable(command, charactersMax: 200), since: moment).joined(separator: ", ")
  }

  private static func lines(_ command: String, since moment: Timestamp) -> [String] {
    ["pid \(getpid())", "on \(host)", "since \(moment)", command]
  }

  /// The kernel's own name for this machine. Foundation's asks the resolver, which can take seconds.
  private static var host: String {
    var bytes = [CChar](repeating: 0, count: 256)
    // One byte less than there are, so that the name always ends.
    guard gethostname(&bytes, bytes.count - 1) == 0 else { return "an unnamed host" }
    return String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Unlocks before closing: a child between fork and exec still has a copy of the descriptor, and
  /// the lock would otherwise live until it is gone too.
  private func unlock(_ descriptor: Int32) {
    unlockOnly(descriptor)
    close(descriptor)
  }

  private func unlockOnly(_ descriptor: Int32) { _ = flock(descriptor, LOCK_UN) }

  private func failure(_ code: Int32) -> JournalFailure {
    switch code {
    case EACCES, EPERM, EROFS: .readOnly(path: path)
    case ENOENT, ENOTDIR:
      .unavailable(path: path, detail: "the directory for the lock does not exist; create it")
    case ENOSPC, EDQUOT: .full(path: path)
    default:
      .failed(path: path, detail: "the lock cannot be taken: \(String(cString: strerror(code)))")
    }
  }
}
