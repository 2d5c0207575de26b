import Dispatch
import Glibc
import TestSupport
import Vocabulary

/// A listener on a free port of this machine, and its connections byte by byte, for what no HTTP server does.
/// Everything is waited for, and no longer than twenty seconds.
struct RawListener: ~Copyable {
  private let descriptor: CInt
  private let port: UInt16

  init() throws {
    descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var here = sockaddr_in()
    here.sin_family = sa_family_t(AF_INET)
    here.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = descriptor
    let isListening = withUnsafeMutablePointer(to: &here) { here in
      here.withMemoryRebound(to: sockaddr.self, capacity: 1) { here in
        bind(listener, here, size) == 0 && listen(listener, 8) == 0
          && getsockname(listener, here, &size) == 0
      }
    }
    guard isListening else { throw TestFailure("expected a free port, found errno \(errno)") }
    port = UInt16(bigEndian: here.sin_port)
  }

  deinit { close(descriptor) }

  var address: HTTPAddress {
    get throws { try HTTPAddress(parsing: "http://127.0.0.1:\(port)") }
  }

  func accept() async throws -> Connection {
    try await readable(descriptor, "a connection")
    let accepted = Glibc.accept(descriptor, nil, nil)
    guard accepted >= 0, fcntl(accepted, F_SETFD, FD_CLOEXEC) == 0 else {
      throw TestFailure("expected a connection, found errno \(errno)")
    }
    return Connection(descriptor: accepted)
  }

  struct Connection: ~Copyable {
    fileprivate let descriptor: CInt

    deinit { close(descriptor) }

    /// Comes back once the other side has all of it, though nobody there may have read it.
    func send(_ text: String) async throws {
      let bytes = Array(text.utf8)
      guard Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count else {
        throw TestFailure("expected to send \(bytes.count) bytes, found errno \(errno)")
      }
      var left: CInt = 0
      repeat {
        await Task.yield()
        // What is not acknowledged (tcp(7), SIOCOUTQ).
        guard ioctl(descriptor, UInt(TIOCOUTQ), &left) == 0 else {
          throw TestFailure("expected to be told what is under way, found errno \(errno)")
        }
      } while left > 0
    }

    /// What has come; empty once the other side has closed it in order.
    func received() async throws -> String {
      try await readable(descriptor, "bytes, or an end")
      var bytes = [UInt8](repeating: 0, count: 4_096)
      let count = recv(descriptor, &bytes, bytes.count, 0)
      guard count >= 0 else { throw TestFailure("expected bytes, found errno \(errno)") }
      return String(decoding: bytes[..<count], as: UTF8.self)
    }
  }
}

/// Comes back once `descriptor` can be read. Waits on a thread of its own: those that tests run on are few.
private func readable(_ descriptor: CInt, _ what: String) async throws {
  let isReadable = await withCheckedContinuation { waiting in
    DispatchQueue.global().async {
      var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      var found: CInt
      repeat { found = poll(&polled, 1, 20_000) } while found < 0 && errno == EINTR
      waiting.resume(returning: found == 1)
    }
  }
  guard isReadable else { throw TestFailure("expected \(what) within 20 s, found none") }
}
