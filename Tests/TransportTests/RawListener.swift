import Glibc
import TestSupport
import Vocabulary

/// A listener on a free port of this machine, and its connections byte by byte, for what no HTTP server does.
/// Everything is waited for, and no longer than twenty seconds.
struct RawListener: ~Copyable {
  private let descriptor: CInt
  let port: UInt16

  init() throws {
    descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var here = sockaddr_in()
    here.sin_family = sa_family_t(AF_INET)
    here.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let fd = descriptor
    let isListening = withUnsafeMutablePointer(to: &here) { here in
      here.withMemoryRebound(to: sockaddr.self, capacity: 1) { here in
        bind(fd, here, size) == 0 && listen(fd, 8) == 0 && getsockname(fd, here, &size) == 0
      }
    }
    guard isListening else { throw TestFailure("expected a free port, found errno \(errno)") }
    port = UInt16(bigEndian: here.sin_port)
  }

  deinit { close(descriptor) }

  var address: HTTPAddress {
    get throws { try HTTPAddress(parsing: "http://127.0.0.1:\(port)") }
  }

  func accept() throws -> Connection {
    try awaitReadable(descriptor, "a connection")
    return Connection(descriptor: Glibc.accept(descriptor, nil, nil))
  }

  struct Connection: ~Copyable {
    fileprivate let descriptor: CInt

    deinit { close(descriptor) }

    func send(_ text: String) {
      let bytes = Array(text.utf8)
      _ = Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
    }

    /// What has come; empty once the other side has closed it.
    func received() throws -> String {
      try awaitReadable(descriptor, "bytes, or an end")
      var bytes = [UInt8](repeating: 0, count: 4_096)
      let count = recv(descriptor, &bytes, bytes.count, 0)
      return String(decoding: bytes[..<max(count, 0)], as: UTF8.self)
    }
  }
}

private func awaitReadable(_ descriptor: CInt, _ what: String) throws {
  var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  guard poll(&polled, 1, 20_000) == 1 else {
    throw TestFailure("expected \(what) within 20 s, found none")
  }
}
