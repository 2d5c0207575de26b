import NIOCore
import NIOHTTP1
public import NIOPosix
import Synchronization
public import Transport
public import Vocabulary

/// Starts an HTTP server on a free port of this machine that answers exactly as `script` says, for
/// faults that no real server shows on demand; runs `body` with it, and stops it however `body`
/// ends.
///
/// The script is a function of the request and of how many requests came before it, so it keeps no
/// state. It runs on a thread of `group`: on the one that all share it must not block.
public nonisolated(nonsending) func withFaultyServer<Answer>(
  on group: MultiThreadedEventLoopGroup = .singleton, at host: String = "127.0.0.1",
  _ script: @escaping @Sendable (FaultyServer.Received) -> FaultyServer.Reply,
  _ body: (FaultyServer) async throws -> Answer
) async throws -> Answer {
  let log = ServerLog()
  let listener = try await ServerBootstrap(group: group)
    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        log.open(channel)
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
          withPipeliningAssistance: false, withErrorHandling: false)
        try channel.pipeline.syncOperations.addHandler(FaultyResponder(script, log))
      }
    }
    .bind(host: host, port: 0).get()
  do {
    guard let port = listener.localAddress?.port else {
      throw TestFailure("expected a port for the scripted server, found none")
    }
    let authority = (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
    let answer = try await body(
      FaultyServer(
        host: try RegistryHost(parsing: authority),
        address: try HTTPAddress(parsing: "http://\(authority)"), log: log))
    try await log.close(listener)
    return answer
  } catch {
    try? await log.close(listener)
    throw error
  }
}

/// A server that misbehaves as a script says.
public struct FaultyServer: Sendable {
  /// One request, as it arrived in full.
  public struct Received: Sendable {
    public let method: String
    /// Path and query.
    public let target: String
    public let headers: [HTTPHeader]
    public let body: [UInt8]
    /// How many requests this server had received before.
    public let before: Int

    public init(
      method: String, target: String, headers: [HTTPHeader], body: [UInt8], before: Int
    ) {
      self.method = method
      self.target = target
      self.headers = headers
      self.body = body
      self.before = before
    }

    /// The value of the field called `name`; case does not matter.
    public func value(of name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }

  /// What becomes of a request.
  public enum Reply: Sendable {
    case answer(Int, headers: [HTTPHeader] = [], body: [UInt8] = [])
    /// Announces `announced` bytes, sends fewer, and closes.
    case truncated(Int, headers: [HTTPHeader] = [], body: [UInt8], announced: Int)
    /// Sends the body again and again without announcing an end.
    case endless(Int, headers: [HTTPHeader] = [], piece: [UInt8])
    /// Cuts the connection with a reset, without a byte.
    case reset
    /// Closes the connection in order, without a byte.
    case close
    /// Keeps the connection open and says nothing.
    case silence
    /// Begins an answer and hands over its rest, which comes when it comes.
    case open(Int, headers: [HTTPHeader] = [], rest: @Sendable (FaultyServer.Outlet) -> Void)
    /// Says it a little later.
    indirect case delayed(Reply)
    /// Keeps the request, and says what it is told to when it is told to.
    case held(@Sendable (_ tell: @escaping @Sendable (Reply) -> Void) -> Void)
  }

  /// The rest of an answer that is under way. What is sent after its end goes nowhere.
  public struct Outlet: Sendable {
    let channel: any Channel

    public func send(_ bytes: [UInt8]) {
      later(.zero) { $0.write(.body(.byteBuffer(ByteBuffer(bytes: bytes)))) }
    }

    /// Ends it in order.
    public func end() { later(.zero) { $0.write(.end(nil)) } }

    /// Cuts the connection in the middle of it.
    public func cut() { later(.zero) { $0.channel.close(promise: nil) } }

    /// Does something with it when so much time has passed.
    public func later(_ time: Duration, _ work: @escaping @Sendable (Outlet) -> Void) {
      channel.eventLoop.scheduleTask(in: TimeAmount(time)) { work(self) }
    }

    private func write(_ part: HTTPServerResponsePart) {
      channel.pipeline.syncOperations.writeAndFlush(NIOAny(part), promise: nil)
    }
  }

  /// `127.0.0.1:<port>`.
  public let host: RegistryHost
  /// `http://127.0.0.1:<port>`.
  public let address: HTTPAddress

  let log: ServerLog

  /// Every request so far, in order of arrival.
  public var received: [Received] { log.received }

  /// How many connections it has taken so far.
  public var connectionsOpened: Int { log.connectionsOpened }

  /// Comes back once this many requests have arrived, or when the waiting task is cancelled.
  public func waitForRequests(_ count: Int) async {
    if received.count >= count { return }
    for await arrived in log.arrivals where arrived >= count { return }
  }
}

/// What a ``FaultyServer`` has received, and the connections it has to close.
final class ServerLog: Sendable {
  private struct State {
    var received: [FaultyServer.Received] = []
    var channels: [any Channel] = []
  }

  private let state = Mutex(State())
  /// The number of requests so far, once for each that arrives. For one reader.
  let arrivals: AsyncStream<Int>
  private let arrive: AsyncStream<Int>.Continuation

  init() { (arrivals, arrive) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  var received: [FaultyServer.Received] { state.withLock { $0.received } }
  var connectionsOpened: Int { state.withLock { $0.channels.count } }

  func open(_ channel: any Channel) { state.withLock { $0.channels.append(channel) } }

  func note(_ head: HTTPRequestHead, _ body: [UInt8]) -> FaultyServer.Received {
    state.withLock { state in
      let received = FaultyServer.Received(
        method: head.method.rawValue, target: head.uri,
        headers: head.headers.map { HTTPHeader($0.name, $0.value) }, body: body,
        before: state.received.count)
      state.received.append(received)
      arrive.yield(state.received.count)
      return received
    }
  }

  func close(_ listener: any Channel) async throws {
    try await listener.close()
    for channel in state.withLock({ $0.channels }) {
      // Most were closed by the other side before.
      try? await channel.close()
    }
  }
}
