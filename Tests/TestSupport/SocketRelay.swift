import Foundation
import Glibc
import Synchronization

/// Stands between clients and a server on Unix sockets, and loses answers when it is told to.
public final class SocketRelay: Sendable {
  /// Where it listens.
  public let path: String

  private let server: String
  private let listener: Int32
  /// After a request with these bytes was passed on, its answer is lost with the connection.
  private let trigger = Mutex<[UInt8]?>(nil)
  private let changes = Mutex(Changes())
  private let held = DispatchSemaphore(value: 0)

  /// What becomes of HTTP requests that change something.
  private struct Changes {
    var passed = 0
    var dieAfter: Int?
    var holdBefore: Int?
    var isDead = false
    var onHold: (@Sendable () -> Void)?
  }

  /// - Parameters:
  ///   - path: of the socket to make.
  ///   - server: of the socket to pass on to.
  public init(at path: String, to server: String) throws {
    self.path = path
    self.server = server
    let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    listener = made
    guard Self.withAddress(path, { bind(made, $0, $1) }) == 0, listen(made, 8) == 0 else {
      throw TestFailure("expected a socket at \(path), found error \(errno)")
    }
    let (descriptor, relay) = (listener, Weak(self))
    Thread.detachNewThread {
      while true {
        let client = accept(descriptor, nil, nil)
        guard client >= 0, let relay = relay.value else { return }
        Thread.detachNewThread { relay.serve(client) }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  /// The answer to the next request with `text` in it is lost.
  public func loseAnswer(toRequestWith text: String) {
    trigger.withLock { $0 = Array(text.utf8) }
  }

  /// Once so many requests that change something were answered by the server, nothing passes any more and
  /// the last of those answers is lost: what a client sees of its own death.
  public func die(afterChanges count: Int) { changes.withLock { $0.dieAfter = count } }

  /// Whether it has come to that.
  public var isDead: Bool { changes.withLock { $0.isDead } }

  /// Holds the request back that would be the `number`th to change something, until ``release()``.
  /// - Parameter onHold: is called when it has come.
  public func hold(beforeChange number: Int, onHold: @escaping @Sendable () -> Void) {
    changes.withLock { changes in
      changes.holdBefore = number
      changes.onHold = onHold
    }
  }

  public func release() { held.signal() }

  /// Notes a request, and waits where it is to be held; whether its answer is to be lost.
  private func note(_ bytes: [UInt8]) -> Bool {
    let isChange = ["POST ", "DELETE ", "PUT "].contains { bytes.starts(with: Array($0.utf8)) }
    guard isChange else { return false }
    let (isLast, onHold) = changes.withLock { changes in
      changes.passed += 1
      let isHeld = changes.passed == changes.holdBefore
      return (changes.passed == changes.dieAfter, isHeld ? changes.onHold : nil)
    }
    if let onHold {
      onHold()
      held.wait()
    }
    return isLast
  }

  private struct Weak: Sendable {
    weak let value: SocketRelay?
    init(_ value: SocketRelay) { self.value = value }
  }

  private func serve(_ client: Int32) {
    let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer {
      close(client)
      close(upstream)
    }
    guard !isDead, Self.withAddress(server, { connect(upstream, $0, $1) }) == 0 else { return }
    var losesNext = false
    var dies = false
    while true {
      var watched = [client, upstream].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&watched, 2, -1) > 0 else { return }
      if watched[0].revents != 0 {
        guard let bytes = Self.read(client), !isDead else { return }
        dies = note(bytes) || dies
        guard Self.write(bytes, to: upstream) else { return }
        losesNext = losesNext || isTriggered(by: bytes)
      }
      if watched[1].revents != 0 {
        // The server has answered: it has done it.
        if dies { changes.withLock { $0.isDead = true } }
        guard !dies, !losesNext, Self.pass(from: upstream, to: client) != nil else { return }
      }
    }
  }

  private func isTriggered(by bytes: [UInt8]) -> Bool {
    trigger.withLock { trigger in
      guard let wanted = trigger, bytes.firstRange(of: wanted) != nil else { return false }
      trigger = nil
      return true
    }
  }

  private static func pass(from: Int32, to: Int32) -> [UInt8]? {
    guard let bytes = read(from) else { return nil }
    return write(bytes, to: to) ? bytes : nil
  }

  private static func read(_ socket: Int32) -> [UInt8]? {
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    let count = Glibc.read(socket, &piece, piece.count)
    return count > 0 ? Array(piece[..<count]) : nil
  }

  private static func write(_ bytes: [UInt8], to socket: Int32) -> Bool {
    send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) {
      $0.copyBytes(from: path.utf8.prefix($0.count - 1))
    }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
