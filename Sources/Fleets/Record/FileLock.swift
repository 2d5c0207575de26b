import Glibc
import SystemPackage
import Vocabulary

/// A lock that the kernel gives back when its holder dies, however it dies (flock(2)).
///
/// It belongs to the opened file and not to the process, so it also keeps two tasks of one process apart.
/// The descriptor is closed on exec: a tenant never inherits it, and cannot keep it alive.
struct FileLock: Sendable {
  enum Manner: Sendable {
    case exclusive
    /// With others who hold it in the same manner.
    case shared
  }

  let path: FilePath
  let patience: Patience

  private static let pause = TimeSpan.milliseconds(20)

  /// Runs `body` while holding the lock; nil when somebody else held it for all of `wait`.
  func held<Value>(
    _ manner: Manner = .exclusive, within wait: TimeSpan, _ body: () async throws -> Value
  ) async throws -> Value? {
    let descriptor: FileDescriptor
    do throws(Errno) {
      descriptor = try Disk.open(path, .readWrite, [.create], permissions: .ownerReadWrite)
    } catch {
      throw Disk.failure("open the lock", path, error)
    }
    defer {
      // Closing alone would not give it back at once: a child that this process is just starting has a copy
      // of the descriptor until it executes its program, and the lock belongs to all copies.
      _ = flock(descriptor.rawValue, LOCK_UN)
      try? descriptor.close()
    }
    let operation = (manner == .exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB
    let taken = try await patience.answer(within: wait, every: Self.pause) { () -> Bool? in
      if flock(descriptor.rawValue, operation) == 0 { return true }
      let errno = Errno(rawValue: errno)
      if errno == .wouldBlock || errno == .interrupted { return nil }
      throw Disk.failure("lock", path, errno)
    }
    guard taken != nil else { return nil }
    return try await body()
  }
}
