import Foundation
import Glibc
import Synchronization

/// A TCP proxy in front of a real server, which does to each piece of a request what a script says:
/// the faults of a network that no real server shows on demand.
///
/// Blocking sockets on threads of its own: it lives as long as ``withFaultyProxy(to:_:_:)``.
public final class FaultyProxy: Sendable {
  /// What becomes of what a client sent at once; mostly that is one request.
  public enum Verdict: Hashable, Sendable {
    case pass
    case delayed(milliseconds: UInt32)
    /// It never arrives, and the client is told by a reset.
    case lost
    /// It arrives, and instead of the answer the client gets a reset.
    case answerLost
    /// The client gets a reset, and then it arrives.
    case late(milliseconds: UInt32)
    /// It arrives a second time on a connection of its own.
    case doubled
    /// Nothing happens at all, until the client gives up.
    case silence
  }

  public let port: UInt16
  private let listener: Int32
  private let target: UInt16
  /// What becomes of a piece, by its number, counted from 1, and what it says.
  public typealias Script = @Sendable (Int, [UInt8]) -> Verdict

  private let script: Script
  private let pieces = Mutex(0)
  private let open = Mutex<[Connection]>([])

  fileprivate init(to target: UInt16, _ script: @escaping Script) throws {
    self.target = target
    self.script = script
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let bound = withLoopback(port: 0) { bind(listener, $0, $1) }
    guard listener >= 0, bound == 0, listen(listener, 64) == 0 else {
      throw TestFailure("expected to listen on 127.0.0.1, found errno \(errno)")
    }
    var name = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
    }
    guard status == 0 else { throw TestFailure("expected a port, found errno \(errno)") }
    self.listener = listener
    port = UInt16(bigEndian: name.sin_port)
  }

  /// Sends what was kept from the server after all, over a connection of its own, and waits for an answer.
  public func deliver(_ bytes: [UInt8]) throws {
    guard let server = Self.connected(to: target) else {
      throw TestFailure("expected a server on port \(target), found errno \(errno)")
    }
    sendAll(bytes, to: server)
    var answer = [UInt8](repeating: 0, count: 1 << 12)
    _ = read(server, &answer, answer.count)
    close(server)
  }

  /// How many pieces of requests came by.
  public var seen: Int { pieces.withLock(\.self) }

  fileprivate func start() {
    Thread.detachNewThread { [self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        guard let server = Self.connected(to: target) else {
          close(client)
          continue
        }
        let connection = Connection(client: client, server: server)
        open.withLock { $0.append(connection) }
        Thread.detachNewThread { [self] in forward(connection) }
        Thread.detachNewThread { connection.pumpAnswers() }
      }
    }
  }

  fileprivate func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    let connections = open.withLock { open in
      defer { open = [] }
      return open
    }
    for connection in connections { connection.shutDown() }
  }

  private static func connected(to port: UInt16) -> Int32? {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard withLoopback(port: port, { connect(server, $0, $1) }) == 0 else {
      close(server)
      return nil
    }
    return server
  }

  private func forward(_ connection: Connection) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(connection.client, &buffer, buffer.count)
      guard count > 0 else { return connection.shutDown() }
      let number = pieces.withLock { pieces in
        pieces += 1
        return pieces
      }
      let bytes = Array(buffer[..<count])
      guard obey(script(number, bytes), bytes, connection) else { return }
    }
  }

  /// - Returns: whether the connection goes on.
  private func obey(_ verdict: Verdict, _ bytes: [UInt8], _ connection: Connection) -> Bool {
    switch verdict {
    case .pass: sendAll(bytes, to: connection.server)
    case .delayed(let milliseconds):
      usleep(milliseconds * 1_000)
      sendAll(bytes, to: connection.server)
    case .doubled:
      try? deliver(bytes)
      sendAll(bytes, to: connection.server)
    case .silence: break
    case .lost:
      connection.resetClient()
      connection.shutDown()
      return false
    case .answerLost:
      connection.mute()
      sendAll(bytes, to: connection.server)
      // Whoever resets too early resets the request too.
      usleep(50_000)
      connection.resetClient()
      connection.shutDown()
      return false
    case .late(let milliseconds):
      connection.mute()
      connection.resetClient()
      usleep(milliseconds * 1_000)
      sendAll(bytes, to: connection.server)
      usleep(50_000)
      connection.shutDown()
      return false
    }
    return true
  }
}

/// Starts a proxy to a port of this machine, runs `body` with it, and stops it however `body` ends.
///
/// - Parameter script: what becomes of the piece of this number, counted from 1. Called on any
/// thread.
public nonisolated(nonsending) func withFaultyProxy<Answer>(
  to port: UInt16, _ script: @escaping @Sendable (Int) -> FaultyProxy.Verdict,
  _ body: (FaultyProxy) async throws -> Answer
) async throws -> Answer {
  try await withFaultyProxy(to: port, reading: { number, _ in script(number) }, body)
}

/// The same, with a script that reads what comes by.
public nonisolated(nonsending) func withFaultyProxy<Answer>(
  to port: UInt16, reading script: @escaping FaultyProxy.Script,
  _ body: (FaultyProxy) async throws -> Answer
) async throws -> Answer {
  let proxy = try FaultyProxy(to: port, script)
  proxy.start()
  defer { proxy.stop() }
  return try await body(proxy)
}

/// Two sockets that belong together. They are closed when no thread uses them any more, so that no
/// thread ever writes to a number that means something else by now.
private final class Connection: Sendable {
  let client: Int32
  let server: Int32
  private let isMute = Atomic(false)

  init(client: Int32, server: Int32) {
    self.client = client
    self.server = server
  }

  deinit {
    close(client)
    close(server)
  }

  func mute() { isMute.store(true, ordering: .sequentiallyConsistent) }

  func pumpAnswers() {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(server, &buffer, buffer.count)
      guard count > 0 else { return shutDown() }
      guard !isMute.load(ordering: .sequentiallyConsistent) else { continue }
      sendAll(Array(buffer[..<count]), to: client)
    }
  }

  /// The client's next read fails, instead of finding an end.
  func resetClient() {
    var atOnce = linger(l_onoff: 1, l_linger: 0)
    setsockopt(client, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout<linger>.size))
    shutdown(client, Int32(SHUT_RDWR))
  }

  func shutDown() {
    shutdown(client, Int32(SHUT_RDWR))
    shutdown(server, Int32(SHUT_RDWR))
  }
}

private func sendAll(_ bytes: [UInt8], to descriptor: Int32) {
  var left = bytes[...]
  while !left.isEmpty {
    let count = left.withUnsafeBytes {
      send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    guard count > 0 else { return }
    left = left.dropFirst(count)
  }
}

private func withLoopback<Answer>(
  port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Answer
) -> Answer {
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
