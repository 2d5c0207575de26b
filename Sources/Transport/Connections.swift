import AsyncHTTPClient
import NIOCore
public import Vocabulary

/// The open connections of this process, and the one way to exchange a request for an answer over
/// them.
///
/// HTTP/1.1 with keep-alive, and HTTP/2 to hosts whose addresses are judged (``HTTPRequest/ranges``) where
/// they offer it over TLS; redirects are never followed. The head of an answer may have 256 fields and
/// 2 MiB, which are the limits of the decoder (swift-nio, `NIOHTTPDecoderConfiguration`); the HTTP client
/// lets nobody choose smaller ones. Nothing is logged. It must be closed by whoever made it:
/// ``open(version:_:)`` does both.
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
  /// How long a connection may take to come about while the host has another address to be tried.
  static let connectTimeMaxBeforeOthers: Duration = .seconds(1)

  private let client: LazyClient
  /// For what is sent through a proxy; nil when there is none.
  private let proxied: LazyClient?
  private let proxy: ProxyServer?
  private let judge: AddressJudge
  /// For the last of a host's addresses, and for those before it.
  private let last: JudgedClients
  private let beforeOthers: JudgedClients
  private let plain = PlainConnections()
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
  ///   - lookup: finds the addresses of hosts that requests name with ``HTTPRequest/ranges``.
  public init(
    version: String, clock: any Clock<Duration> = ContinuousClock(),
    limitClock: any Clock<Duration> = ContinuousClock(),
    fraction: @escaping Fraction = systemFraction,
    silenceMax: Duration = Connections.silenceMax, watch: Watch? = nil, proxy: ProxyServer? = nil,
    lookup: @escaping HostLookup = systemHostLookup
  ) {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: TimeAmount(Self.connectTimeMax), read: TimeAmount(silenceMax)))
    // What moves blobs gains nothing from streams that share a connection. Tenants: ``JudgedClients``.
    configuration.httpVersion = .http1Only
    // Nobody traces this process, and a span takes the address apart once more for each request.
    configuration.tracing.tracer = nil
    configuration.connectionPool.idleTimeout = TimeAmount(Self.idleMax)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
      Self.connectionsPerHostMax
    // Trying again is decided in one place, ``Retry``.
    configuration.connectionPool.retryConnectionEstablishment = false
    client = LazyClient(configuration)
    judge = AddressJudge(lookup: lookup)
    last = JudgedClients(configuration)
    configuration.timeout.connect = TimeAmount(Self.connectTimeMaxBeforeOthers)
    beforeOthers = JudgedClients(configuration)
    configuration.timeout.connect = TimeAmount(Self.connectTimeMax)
    self.proxy = proxy
    proxied = proxy.map { proxy in
      configuration.proxy = proxy.configuration
      return LazyClient(configuration)
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
    try await Connections(version: version, silenceMax: silenceMax, watch: watch, proxy: proxy)
      .whileOpen(body)
  }

  /// Hands these connections to `body`, and closes them however it ends.
  public nonisolated(nonsending) func whileOpen<Answer>(
    _ body: (Connections) async throws -> Answer
  ) async throws -> Answer {
    do {
      let answer = try await body(self)
      await close()
      return answer
    } catch {
      await close()
      throw error
    }
  }

  /// Closes every connection, those of plain questions that carry nothing soon after it has come back;
  /// requests under way fail. Repeating it is harmless.
  public func close() async {
    await last.close()
    await beforeOthers.close()
    await client.close()
    await proxied?.close()
    // It hands over what is under way, which nobody asks again by now.
    await plain.close()
  }

  /// The addresses that the host of `request` has now, all of them within its ``HTTPRequest/ranges``.
  public func instances(of request: HTTPRequest) async -> Result<[IPAddress], Unknown> {
    // Nobody is asked for what an address is, so that nothing has to be limited.
    if IPAddress(literal: request.address.host) != nil { return await judged(request) }
    return await withTimeLimit(Self.connectTimeMax, on: limitClock) { await judged(request) }
      ?? .failure(Unknown(.timedOut, "\(request): the look-up of its name did not end in time"))
  }

  private func judged(_ request: HTTPRequest) async -> Result<[IPAddress], Unknown> {
    do throws(ExchangeFailure) {
      return .success(
        try await judge.addresses(of: request, within: request.ranges ?? AddressRange.allCases))
    } catch {
      return .failure(error.unknown)
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
    await pace.wait(
      for: request.address.authority, atMost: limits.attempt, party: request.party)
    let result = await attempt(
      request, limits: limits, time: limits.attempt, progress: Progress(), sink: nil,
      body: PassedBody(handoff: handoff, length: length))
    keepPace(result, of: request, backoff: limits.retry.backoff, attempt: 1)
    return result
  }

  /// Tries something again that takes more than one exchange, with pauses on the same clock.
  public func retry(_ policy: RetryPolicy, total: Duration) -> Retry {
    Retry(policy: policy, total: total, clock: clock, fraction: fraction)
  }

  private func repeated(
    _ request: HTTPRequest, limits: HTTPLimits, sink: Sink?
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    if let refusal = refusal(of: request) { return .failure(refusal) }
    let retry = retry(limits.retry, total: limits.total)
    var attempts = 0
    return await retry.run { left in
      attempts += 1
      await pace.wait(for: request.address.authority, atMost: left, party: request.party)
      let progress = Progress()
      let result = await attempt(
        request, limits: limits, time: min(limits.attempt, left), progress: progress, sink: sink)
      keepPace(result, of: request, backoff: limits.retry.backoff, attempt: attempts)
      return request.repetition.judge(result, hasDelivered: progress.hasDelivered)
    }
  }

  /// Keeps everybody whom it concerns from a host that has asked to be asked less, for as long as it says, or
  /// as one would wait oneself.
  private func keepPace(
    _ result: Result<HTTPAnswer, ExchangeFailure>, of request: HTTPRequest, backoff: Backoff,
    attempt: Int
  ) {
    guard case .success(let answer) = result, answer.status == 429 else { return }
    let pause = retryAfter(answer) ?? backoff.pause(afterAttempt: attempt, fraction: fraction())
    pace.slow(request.address.authority, for: pause, party: request.party)
  }

  /// Plain HTTP shows every byte, the credential included, to everybody on the way.
  private func refusal(of request: HTTPRequest) -> ExchangeFailure? {
    let isAllowed =
      request.address.isSecure || request.plainHTTP == .anywhere || request.socket != nil
      || request.address.isLoopback
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
    let attempt = Attempt(
      request: request, body: body, limits: limits, progress: progress, sink: sink,
      userAgent: userAgent, proxy: request.isProxied ? proxy : nil)
    let result = await plainly(attempt, for: time)
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

  /// Asks the HTTP library only for what is no plain question, or has no plain answer.
  private func plainly(
    _ attempt: Attempt, for time: Duration
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    // Time that is not real passes on another clock than a connection's.
    guard limitClock is ContinuousClock, isAdmitted(attempt.request),
      let question = PlainQuestion(attempt, within: time)
    else { return await limited(attempt, to: time) }
    switch await plain.ask(question) {
    case .answered(let answer): return .success(answer)
    case .ranOut: return .failure(ranOut(attempt, of: time))
    // As if nobody had asked, so that it says of this tenant what it says of any other.
    case .handedOver, .foreign: return await limited(attempt, to: time)
    }
  }

  private func isAdmitted(_ request: HTTPRequest) -> Bool {
    guard let instance = request.instance, let ranges = request.ranges else { return false }
    return ranges.contains(AddressRange(of: instance))
  }

  private func limited(
    _ attempt: Attempt, to time: Duration
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    let result = await withTimeLimit(time, on: limitClock) {
      do throws(ExchangeFailure) {
        return Result<HTTPAnswer, ExchangeFailure>.success(try await answer(to: attempt))
      } catch {
        return .failure(error)
      }
    }
    return result ?? .failure(ranOut(attempt, of: time))
  }

  private func ranOut(_ attempt: Attempt, of time: Duration) -> ExchangeFailure {
    let sentence = "\(attempt.way): no complete answer within \(time.inSeconds)"
    return ExchangeFailure(Unknown(.timedOut, sentence), attempt.delivery(isConnected: true))
  }

  private func answer(to attempt: Attempt) async throws(ExchangeFailure) -> HTTPAnswer {
    let request = attempt.request
    guard let ranges = request.ranges, request.socket == nil else {
      return try await attempt.sent(
        by: try (request.isProxied ? proxied ?? client : client).take())
    }
    if let instance = request.instance {
      try judge.admit([instance], for: request, within: ranges)
      return try await last.send(attempt, to: instance)
    }
    let addresses = try await judge.addresses(of: request, within: ranges)
      .prefix(AddressJudge.triedMax)
    for address in addresses.dropLast() {
      do throws(ExchangeFailure) {
        return try await beforeOthers.send(attempt, to: address)
      } catch {
        // Only what was never sent may be sent to another address.
        guard error.delivery == .neverSent, error.unknown.cause == .unreachable else { throw error }
      }
    }
    return try await last.send(attempt, to: addresses[addresses.endIndex - 1])
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
    case (.ifNeverSent, .success(let answer)) where answer.status == 429:
      // Whoever asks us to come later has not done it (RFC 6585, 4).
      .passing(result, pause: retryAfter(answer))
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
