import Glibc
import Vocabulary

/// A connection over TCP that nothing is waited for on: whoever uses it asks the system first whether it is
/// ready (`poll`).
struct PlainSocket {
  enum Step {
    case done(Int)
    case notYet
    /// Closed by the other side, refused, reset, or out of reach.
    case broken
  }

  let descriptor: CInt

  /// Begins to connect; nil where the system refuses at once.
  init?(to place: PlainQuestion.Place) {
    let bytes = place.address.bytes
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    descriptor = socket(place.address.isVersion6 ? AF_INET6 : AF_INET, kind, 0)
    guard descriptor >= 0 else { return nil }
    let status: CInt
    if place.address.isVersion6 {
      var there = sockaddr_in6()
      there.sin6_family = sa_family_t(AF_INET6)
      there.sin6_port = place.port.bigEndian
      withUnsafeMutableBytes(of: &there.sin6_addr) { $0.copyBytes(from: bytes) }
      status = Self.connected(descriptor, to: &there)
    } else {
      var there = sockaddr_in()
      there.sin_family = sa_family_t(AF_INET)
      there.sin_port = place.port.bigEndian
      withUnsafeMutableBytes(of: &there.sin_addr) { $0.copyBytes(from: bytes) }
      status = Self.connected(descriptor, to: &there)
    }
    guard status == 0 || errno == EINPROGRESS else {
      close()
      return nil
    }
  }

  private static func connected<Address>(_ descriptor: CInt, to there: inout Address) -> CInt {
    let size = socklen_t(MemoryLayout<Address>.size)
    return withUnsafePointer(to: &there) { there in
      there.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
    }
  }

  /// Sends `bytes` from `start` on; says how many of them were taken.
  func send(_ bytes: [UInt8], from start: Int) -> Step {
    let count = bytes.withUnsafeBytes { bytes in
      let left = UnsafeRawBufferPointer(rebasing: bytes[start...])
      return Glibc.send(descriptor, left.baseAddress, left.count, CInt(MSG_NOSIGNAL))
    }
    return Self.step(count)
  }

  /// Reads what is there into `buffer`.
  func receive(into buffer: UnsafeMutableRawBufferPointer) -> Step {
    let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
    return count == 0 ? .broken : Self.step(count)
  }

  /// Whether an idle connection still stands and nothing has come that nobody asked for.
  var isQuiet: Bool {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, CInt(MSG_PEEK))
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
  }

  func close() { _ = Glibc.close(descriptor) }

  private static func step(_ count: Int) -> Step {
    if count >= 0 { return .done(count) }
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? .notYet : .broken
  }
}
