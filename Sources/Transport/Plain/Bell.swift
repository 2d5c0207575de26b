import Glibc

/// Wakes a thread that waits for its connections.
final class Bell: Sendable {
  /// Is readable after a ring, until it was silenced.
  let descriptor: CInt
  private let rope: CInt

  /// Nil where the system gives no more files.
  init?() {
    var ends: [CInt] = [-1, -1]
    // A pipe would have to be told afterwards that no program inherits it.
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
    descriptor = ends[0]
    rope = ends[1]
  }

  deinit {
    close(descriptor)
    close(rope)
  }

  /// One that cannot be written because it was rung often has been heard by then.
  func ring() {
    var byte: UInt8 = 0
    _ = write(rope, &byte, 1)
  }

  func silence() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &bytes, bytes.count) == bytes.count {}
  }
}
