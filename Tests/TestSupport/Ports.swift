import Glibc

/// Ports of this machine that belong to one test for as long as it holds this.
///
/// A tenant's port is free while the tenant is replaced, and nobody else may take it then. So each is
/// held by a UDP socket of the same number, which does not stand in the tenant's way but keeps other
/// tests, also of other processes, from choosing it; and none is of those that the kernel gives to
/// outgoing connections (ip(7), `ip_local_port_range` begins at 32768).
public final class Ports: Sendable {
  public let numbers: [UInt16]
  private let sockets: [Int32]

  private static let attemptsMax = 10_000

  /// - Throws: ``TestFailure`` when so many were not found.
  public init(_ count: Int) throws {
    var (numbers, sockets): ([UInt16], [Int32]) = ([], [])
    for _ in 0..<Self.attemptsMax where numbers.count < count {
      let port = UInt16.random(in: 10_240..<32_000)
      guard let held = Self.bound(SOCK_DGRAM, to: port) else { continue }
      guard let free = Self.bound(SOCK_STREAM, to: port) else {
        close(held)
        continue
      }
      close(free)
      numbers.append(port)
      sockets.append(held)
    }
    self.numbers = numbers
    self.sockets = sockets
    guard numbers.count == count else {
      throw TestFailure("expected \(count) free ports below 32000, found \(numbers.count)")
    }
  }

  deinit { for socket in sockets { close(socket) } }

  /// A socket that has the port on the loopback address; nil when another has it.
  private static func bound(_ kind: __socket_type, to port: UInt16) -> Int32? {
    let descriptor = socket(AF_INET, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }
}
