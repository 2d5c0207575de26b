import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Vocabulary

/// The open connections of this process, and the one way to exchange a request for an answer over
/// them.
///
/// HTTP/1.1 with keep-alive; redirects are never followed. Nothing is logged. It must be closed by
/// whoever made it: ``open(version:_:)`` does both.
public struct Connections: Sendable {
  /// Takes the bytes of an answer, in order.
  public typealias Sink = @Sendable ([UInt8]) async throws -> Void

  /// How long a connection may take to come about, name lookup and TLS included.
  public static let connectTimeMax: Duration = .seconds(5)
  /// How long the other side may say nothing in the middle of an answer.
  public static let silenceMax: Duration = .seconds(30)
  /// How long an idle connection is kept: shorter than what the usual servers and balancers allow
  /// (60 s), so that a write is not sent into a connection that is just being closed, which would
  /// make it ambiguous.
  public static let idleMax: Duration = .seconds(20)
  /// How many connections are opened to one host; further requests wait for one.
  public static let connectionsPerHostMax = 8

  private let client: HTTPClient
  /// For what is sent through a proxy; nil when there is none.
  private let proxied: HTTPClient?
  private let proxy: ProxyServer?
  private let userAgent: String
  private let clock: any Clock<Duration>
  private let limitClock: any Clock<Duration>
  private let fraction: Fraction
  private let pace: HostPace
  private let watch: Watch?

  /// - Parameters:
  ///   - version: pawl's own version, told to every server as `pawl/<version>`.
  ///   - clock: what the pauses between two tries are slept on.
  ///   - limitClock: what the time limit of each try runs on.
  ///   - fraction: draws the jitter of those pauses.
  ///   - silenceMax: how long the other side may say nothing.
  ///   - watch: is told of every try.
  ///   - proxy: what ``HTTPRequest/isProxied`` goes through.
  public init(
    version: String, clock: any Clock<Duration> = ContinuousClock(),
    limitClock: any Clock<Duration> = ContinuousClock(),
    fraction: @escaping Fraction = systemFraction,
    silenceMax: Duration = Connections.silenceMax, watch: Watch? = nil, proxy: ProxyServer? = nil
  ) {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: TimeAmount(Self.connectTimeMax), read: TimeAmount(silenceMax)))
    configuration.httpVersion = .http1Only
    configuration.connectionPool.idleTimeout = TimeAmount(Self.idleMax)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
      Self.connectionsPerHostMax
    // Trying again is decided in one place, ``Retry``.
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    self.proxy = proxy
    proxied = proxy.map { proxy in
      configuration.proxy = proxy.configuration
      return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
    userAgent = "pawl/\(version)"
    self.clock = clock
    self.limitClock = limitClock
    self.fraction = fraction
    self.watch = watch
    pace = HostPace(clock: clock)
  }

  /// Opens connections for the time `body` runs, and closes them however it ends.
  public nonisolated(nonsending) static func open<Answer>(
    version: String, silenceMax: Duration = Connections.silenceMax, watch: Watch? = nil,
    proxy: ProxyServer? = nil, _ body: (Connections) async throws -> Answer
  ) async throws -> Answer {
    let connections = Connections(
      version: version, silenceMax: silenceMax, watch: watch, proxy: proxy)
    do {
      let answer = try await body(connections)
      await connections.close()
      return answer
    } catch {
      await connections.close()
      throw error
    }
  }

  /// Closes every connection; requests under way fail. Repeating it is harmless.
  public func close() async {
    for client in [client, proxied].compactMap(\.self) {
      do {
        try await client.shutdown()
      } catch {
        // It only ever says that they were closed before.
      }
    }
  }

  /// Sends `request`, and again where ``HTTPRequest/repetition`` and `limits` allow it, until an
  /// answer has been read in full. Every status is an answer.
  public func exchange(
    _ request: HTTPRequest, limits: HTTPLimits
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    await repeated(request, limits: limits, sink: nil)
  }

  /// Like ``exchange(_:limits:)``, and hands the body of a 2xx answer to `sink` piece by piece
  /// instead of keeping it. Once a piece has been handed over, nothing is tried again.
  public func download(
    _ request: HTTPRequest, limits: HTTPLimits, into sink: Sink
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    await withoutActuallyEscaping(sink) { sink in
      await repeated(request, limits: limits, sink: sink)
    }
  }

  /// Sends `length` bytes that come from `handoff` as the body of `request`, once: what was handed over
  /// cannot be handed over again.
  public func upload(
    _ request: HTTPRequest, length: Int64, from handoff: Handoff, limits: HTTPLimits
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    if let refusal = refusal(of: request) { return .failure(refusal) }
    return await attempt(
      request, limits: limits, time: limits.attempt, progress: Progress(), sink: nil,
      body: PassedBody(handoff: handoff, length: length))
  }

  private func repeated(
    _ request: HTTPRequest, limits: HTTPLimits, sink: Sink?
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    if let refusal = refusal(of: request) { return .failure(refusal) }
    let retry = Retry(policy: limits.retry, total: limits.total, clock: clock, fraction: fraction)
    return await retry.run { left in
      await pace.wait(for: request.address.authority, atMost: left)
      let progress = Progress()
      let result = await attempt(
        request, limits: limits, time: min(limits.attempt, left), progress: progress, sink: sink)
      if case .success(let answer) = result, answer.status == 429, let pause = retryAfter(answer) {
        pace.slow(request.address.authority, for: pause)
      }
      return request.repetition.judge(result, hasDelivered: progress.hasDelivered)
    }
  }

  /// Plain HTTP shows every byte, the credential included, to everybody on the way.
  private func refusal(of request: HTTPRequest) -> ExchangeFailure? {
    let isAllowed =
      request.address.isSecure || request.address.isLoopback || request.socket != nil
      || request.plainHTTP == .anywhere
    guard !isAllowed else { return nil }
    let sentence =
      "expected https, found plain http to a host that is not this machine; allow it there"
    return ExchangeFailure(Unknown(.unanswerable, "\(request): \(sentence)"), .neverSent)
  }

  private func attempt(
    _ request: HTTPRequest, limits: HTTPLimits, time: Duration, progress: Progress, sink: Sink?,
    body: PassedBody? = nil
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    let stopwatch = Stopwatch(on: clock)
    let result = await limited(
      request, limits: limits, time: time, progress: progress, sink: sink, body: body)
    guard let watch else { return result }
    let end: Exchange.End =
      switch result {
      case .success(let answer): .answered(status: answer.status)
      case .failure: .failed
      }
    watch(
      Exchange(
        request: request, end: end, time: stopwatch.elapsed,
        sent: body?.length ?? Int64(request.body.count), received: progress.received))
    return result
  }

  private func limited(
    _ request: HTTPRequest, limits: HTTPLimits, time: Duration, progress: Progress, sink: Sink?,
    body: PassedBody?
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    let result = await withTimeLimit(time, on: limitClock) {
      await outcome(of: request, body, limits: limits, progress: progress, sink: sink)
    }
    guard let result else {
      let sentence = "\(way(of: request)): no complete answer within \(time.inSeconds)"
      return .failure(
        ExchangeFailure(
          Unknown(.timedOut, sentence), progress.delivery(of: request, isConnected: true)))
    }
    return result
  }

  private func outcome(
    of request: HTTPRequest, _ body: PassedBody?, limits: HTTPLimits, progress: Progress,
    sink: Sink?
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    do {
      return .success(
        try await send(request, body, limits: limits, progress: progress, sink: sink))
    } catch let failure as ExchangeFailure {
      return .failure(failure)
    } catch {
      let fault = Fault(error)
      return .failure(
        ExchangeFailure(
          Unknown(fault.cause, "\(way(of: request)): \(fault.sentence)"),
          progress.delivery(of: request, isConnected: fault.isConnected)))
    }
  }

  /// The request, and whom it is handed to first: what refuses a connection may be the proxy.
  private func way(of request: HTTPRequest) -> String {
    guard request.isProxied, let proxy else { return "\(request)" }
    return "\(request) through the proxy \(proxy.authority)"
  }

  private func send(
    _ request: HTTPRequest, _ body: PassedBody?, limits: HTTPLimits, progress: Progress,
    sink: Sink?
  ) async throws -> HTTPAnswer {
    // The time limit around this is the deadline; the library's own would end with the head.
    let sender = request.isProxied ? proxied ?? client : client
    let response = try await sender.execute(
      prepared(request, body, progress: progress), deadline: .distantFuture)
    progress.receive(status: Int(response.status.code))
    let reader = AnswerReader(request: request, limits: limits, progress: progress, sink: sink)
    return try await reader.read(response)
  }

  private func prepared(
    _ request: HTTPRequest, _ passed: PassedBody?, progress: Progress
  ) -> HTTPClientRequest {
    var prepared = HTTPClientRequest(url: request.root + request.target.text)
    prepared.method = .RAW(value: request.method.rawValue)
    if request.socket != nil {
      // The library would say the path of the socket, which servers refuse as a host.
      prepared.headers.add(name: "Host", value: request.address.authority)
    }
    prepared.headers.add(name: "User-Agent", value: userAgent)
    for header in request.headers { prepared.headers.add(name: header.name, value: header.value) }
    request.authorization?.reveal { prepared.headers.add(name: "Authorization", value: $0) }
    request.registryAuthorization?.reveal {
      prepared.headers.add(name: "X-Registry-Auth", value: $0)
    }
    prepared.tlsConfiguration = request.trust?.configuration
    if let passed {
      prepared.body = .stream(passed.noted(by: progress), length: .known(passed.length))
    } else if !request.body.isEmpty {
      let body = NotedBody(bytes: ByteBuffer(bytes: request.body), progress: progress)
      prepared.body = .stream(body, length: .known(Int64(request.body.count)))
    }
    return prepared
  }
}

extension HTTPRequest {
  /// What its target is put behind: the address, or the socket as the HTTP library writes it.
  fileprivate var root: String {
    guard let socket else { return address.text }
    let host = socket.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return "http+unix://" + host.joined()
  }
}

extension HTTPRequest.Repetition {
  /// Statuses that pass by themselves: asked too fast, or the other side is not there for a moment.
  private static let passingStatuses = [408, 429, 500, 502, 503, 504]

  /// Whether what came of a try may be tried again.
  fileprivate func judge(
    _ result: Result<HTTPAnswer, ExchangeFailure>, hasDelivered: Bool
  ) -> Retry.Attempt<Result<HTTPAnswer, ExchangeFailure>> {
    switch (self, result) {
    case (.freely, .success(let answer)) where Self.passingStatuses.contains(answer.status):
      .passing(result, pause: retryAfter(answer))
    case (.freely, .failure(let failure)) where failure.unknown.mayPass && !hasDelivered:
      .passing(result, pause: nil)
    case (.ifNeverSent, .failure(let failure))
    where failure.unknown.mayPass && failure.delivery == .neverSent:
      .passing(result, pause: nil)
    case (.once, _), (.ifNeverSent, _), (.freely, _):
      .conclusive(result)
    }
  }
}

extension Duration {
  /// `5 s`, `0.2 s`: for messages, to the nearest tenth.
  fileprivate var inSeconds: String {
    let tenths = Int64((self / .milliseconds(100)).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }
}
