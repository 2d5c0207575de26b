import Dispatch
import Fleets
import Glibc
import Transport
import Vocabulary

/// Fetches a page from a server of this machine with plain sockets, one connection a page.
struct LoopbackFetch: HTTPFetch {
  func instances(of address: HTTPAddress) async -> Result<[IPAddress], Unknown> { .success([]) }

  func get(
    _ address: HTTPAddress, at instance: IPAddress?, headers: [HTTPHeader], bytesMax: Int,
    timeMax: TimeSpan
  ) async -> Result<FetchedPage, Unknown> {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(returning: Self.get(address, headers, bytesMax, timeMax))
      }
    }
  }

  private static func get(
    _ address: HTTPAddress, _ headers: [HTTPHeader], _ bytesMax: Int, _ timeMax: TimeSpan
  ) -> Result<FetchedPage, Unknown> {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(socket) }
    var patience = timeval(tv_sec: Int(timeMax.milliseconds / 1_000), tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    guard withLoopbackAddress(port: address.port, { connect(socket, $0, $1) }) == 0 else {
      return .failure(Unknown(.unreachable, "\(address) refused the connection"))
    }
    let path = address.text.dropFirst("http://".count + address.authority.count)
    let fields = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
    let request = Array("GET \(path) HTTP/1.1\r\nConnection: close\r\n\(fields)\r\n".utf8)
    guard send(socket, request, request.count, CInt(MSG_NOSIGNAL)) == request.count else {
      return .failure(Unknown(.unreachable, "\(address) cut the connection"))
    }
    var answer: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while answer.count <= bytesMax + 4_096 {
      let count = recv(socket, &piece, piece.count, 0)
      guard count >= 0 else { return .failure(Unknown(.timedOut, "\(address) was silent")) }
      if count == 0 { break }
      answer += piece[..<count]
    }
    let text = String(decoding: answer, as: UTF8.self)
    guard let end = text.firstRange(of: "\r\n\r\n"), let status = Int(text.dropFirst(9).prefix(3))
    else { return .failure(Unknown(.malformed, "\(address) answered no HTTP")) }
    return .success(FetchedPage(status: status, body: Array(text[end.upperBound...].utf8)))
  }
}

/// Calls `body` with 127.0.0.1 and `port` as the socket calls want them.
func withLoopbackAddress(
  port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
) -> CInt {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
}

/// Somebody else's server on a port: listens until it is closed.
struct Stranger: ~Copyable {
  let socket: CInt

  init?(on port: UInt16) {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var yes: CInt = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
    let socket = socket
    guard withLoopbackAddress(port: port, { bind(socket, $0, $1) }) == 0, listen(socket, 8) == 0
    else {
      close(socket)
      return nil
    }
  }

  deinit { close(socket) }
}
