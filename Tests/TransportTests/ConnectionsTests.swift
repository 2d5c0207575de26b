import TestSupport
import Testing
import Transport
import Vocabulary

struct ConnectionsTests {
  static let once = HTTPLimits(bodyBytesMax: 1_000, time: .seconds(20))
  static let patient = HTTPLimits(
    bodyBytesMax: 1_000, attempt: .seconds(20), total: .seconds(60), retry: .reads)

  /// Exchanges one request with a server that behaves as `script` says; pauses take no time.
  func exchange(
    _ method: HTTPRequest.Method = .get, limits: HTTPLimits = once, body: [UInt8] = [],
    repetition: HTTPRequest.Repetition = .once,
    script: @escaping @Sendable (FaultyServer.Received) -> FaultyServer.Reply
  ) async throws -> (Result<HTTPAnswer, ExchangeFailure>, [FaultyServer.Received], [Duration]) {
    let clock = ManualClock()
    return try await withFaultyServer(script) { server in
      let connections = Connections(version: "1.2.3", clock: clock, fraction: { 1 })
      var request = HTTPRequest(method, RequestTarget(literal: "/x?y=z"), at: server.address)
      request.body = body
      request.repetition = repetition
      request.authorization = Secret("Bearer planted-secret")
      let result = await connections.exchange(request, limits: limits)
      await connections.close()
      return (result, server.received, clock.pauses)
    }
  }

  func failure(_ result: Result<HTTPAnswer, ExchangeFailure>) throws -> ExchangeFailure {
    switch result {
    case .failure(let failure): return failure
    case .success(let answer): throw TestFailure("expected a failure, found \(answer.status)")
    }
  }

  @Test func `a request arrives whole and its answer comes back whole`() async throws {
    let (result, received, _) = try await exchange(.put, body: Array("hello".utf8)) { _ in
      .answer(201, headers: [HTTPHeader("X-Note", "a")], body: Array("stored".utf8))
    }

    let answer = try result.get()
    #expect(answer.status == 201)
    #expect(answer.values(of: "x-note") == ["a"])
    #expect(String(decoding: answer.body, as: UTF8.self) == "stored")
    #expect(received.count == 1)
    #expect(received[0].method == "PUT")
    #expect(received[0].target == "/x?y=z")
    #expect(received[0].body == Array("hello".utf8))
    #expect(received[0].value(of: "user-agent") == "pawl/1.2.3")
    #expect(received[0].value(of: "authorization") == "Bearer planted-secret")
    #expect(received[0].value(of: "content-length") == "5")
  }

  @Test func `a connection is used again`() async throws {
    try await withFaultyServer({ _ in .answer(200) }) { server in
      try await Connections.open(version: "1") { connections in
        let request = HTTPRequest(.get, RequestTarget(literal: "/"), at: server.address)
        for _ in 0..<3 { _ = try await connections.exchange(request, limits: Self.once).get() }
      }
      #expect(server.received.count == 3)
      #expect(server.connectionsOpened == 1)
    }
  }

  @Test(arguments: [301, 400, 404, 500]) func `every status is an answer`(status: Int) async throws
  {
    let (result, received, _) = try await exchange { _ in
      .answer(status, headers: [HTTPHeader("Location", "/elsewhere")])
    }

    #expect(try result.get().status == status)
    #expect(received.count == 1)
  }

  @Test func `nobody listening is not a lost answer`() async throws {
    let address: HTTPAddress = "http://127.0.0.1:1"

    try await Connections.open(version: "1") { connections in
      var request = HTTPRequest(.put, RequestTarget(literal: "/x"), at: address)
      request.body = [1]
      let failure = try failure(await connections.exchange(request, limits: Self.once))
      #expect(failure.delivery == .neverSent)
      #expect(failure.unknown.cause == .unreachable)
      #expect(
        failure.unknown.detail.hasSuffix(
          "nothing listens there (connection refused); is it running?"))
    }
  }

  @Test func `a name that does not exist is unreachable and nothing was sent`() async throws {
    try await Connections.open(version: "1") { connections in
      let request = HTTPRequest(
        .post, RequestTarget(literal: "/"), at: "https://nowhere.invalid")
      let failure = try failure(await connections.exchange(request, limits: Self.once))
      #expect(failure.delivery == .neverSent)
      #expect(failure.unknown.cause == .unreachable)
    }
  }

  @Test func `a reset after the request leaves open whether it was acted on`() async throws {
    let (result, received, _) = try await exchange(.put, body: [1]) { _ in .reset }

    let failure = try failure(result)
    #expect(failure.delivery == .possiblySent)
    #expect(failure.unknown.cause == .unreachable)
    #expect(received.count == 1)
  }

  @Test func `a server that says nothing is given up after the time allowed`() async throws {
    let limitClock = HeldClock()
    try await withFaultyServer({ _ in .silence }) { server in
      let connections = Connections(version: "1", limitClock: limitClock)
      var request = HTTPRequest(.put, RequestTarget(literal: "/x"), at: server.address)
      request.body = [1]
      let limits = HTTPLimits(bodyBytesMax: 10, time: .milliseconds(200))

      async let exchanged = connections.exchange(request, limits: limits)
      await server.waitForRequests(1)
      limitClock.release()
      let failure = try failure(await exchanged)
      await connections.close()

      #expect(failure.unknown.cause == .timedOut)
      #expect(failure.unknown.detail.hasSuffix("no complete answer within 0.2 s"))
      #expect(failure.delivery == .possiblySent)
    }
  }

  @Test func `the time allowed covers the body too`() async throws {
    let limitClock = HeldClock()
    try await withFaultyServer({ _ in .endless(200, piece: [7]) }) { server in
      let connections = Connections(version: "1", limitClock: limitClock)
      let request = HTTPRequest(.get, RequestTarget(literal: "/x"), at: server.address)
      let limits = HTTPLimits(bodyBytesMax: .max, time: .seconds(5))

      let result = await connections.download(request, limits: limits) { _ in
        limitClock.release()
      }
      await connections.close()

      let failure = try failure(result)
      #expect(failure.unknown.cause == .timedOut)
      #expect(failure.delivery == .answered(status: 200))
    }
  }

  @Test func `a cut body is no answer`() async throws {
    let (result, _, _) = try await exchange { _ in
      .truncated(200, body: [1, 2, 3], announced: 10)
    }

    let failure = try failure(result)
    #expect(failure.delivery == .answered(status: 200))
    #expect(failure.unknown.cause == .unreachable)
  }

  @Test func `an answer larger than allowed is refused by its announcement`() async throws {
    let (result, _, _) = try await exchange { _ in
      .truncated(200, body: [1], announced: 1_001)
    }

    #expect(try failure(result).unknown.cause == .tooLarge)
  }

  @Test func `an answer that never ends is refused at the limit`() async throws {
    let (result, _, _) = try await exchange { _ in
      .endless(200, piece: [UInt8](repeating: 0, count: 400))
    }

    let failure = try failure(result)
    #expect(failure.unknown.cause == .tooLarge)
    #expect(failure.unknown.detail.hasSuffix("expected at most 1000 bytes, found more"))
  }

  @Test func `a huge refusal is still the refusal it is`() async throws {
    let (result, _, _) = try await exchange { _ in
      .endless(403, piece: [UInt8](repeating: 0, count: 30_000))
    }

    let answer = try result.get()
    #expect(answer.status == 403)
    #expect(answer.body.isEmpty)
    #expect(!answer.isBodyWhole)
  }

  @Test func `the answer to HEAD may announce what it does not bring`() async throws {
    let (result, _, _) = try await exchange(.head) { _ in
      .answer(200, body: [UInt8](repeating: 0, count: 5_000))
    }

    #expect(try result.get().body.isEmpty)
  }

  @Test func `a repeatable request rides out a bad moment`() async throws {
    let (result, received, pauses) = try await exchange(
      limits: Self.patient, repetition: .freely
    ) { received in
      switch received.before {
      case 0: .answer(503)
      case 1: .reset
      case 2: .answer(429, headers: [HTTPHeader("Retry-After", "7")])
      default: .answer(200)
      }
    }

    #expect(try result.get().status == 200)
    #expect(received.count == 4)
    #expect(pauses == [.milliseconds(250), .milliseconds(500), .seconds(7)])
  }

  @Test func `tries end, and the last refusal is the answer`() async throws {
    let (result, received, _) = try await exchange(
      limits: Self.patient, repetition: .freely
    ) { _ in .answer(429) }

    #expect(try result.get().status == 429)
    #expect(received.count == 4)
  }

  @Test(arguments: [400, 401, 403, 404, 409])
  func `a refusal that will not pass is not asked again`(status: Int) async throws {
    let (_, received, _) = try await exchange(
      limits: Self.patient, repetition: .freely
    ) { _ in .answer(status) }

    #expect(received.count == 1)
  }

  @Test(arguments: [HTTPRequest.Repetition.once, .ifNeverSent])
  func `a write that may have arrived is not sent again`(
    repetition: HTTPRequest.Repetition
  ) async throws {
    let (_, received, pauses) = try await exchange(
      .put, limits: Self.patient, body: [1], repetition: repetition
    ) { received in received.before == 0 ? .reset : .answer(201) }

    #expect(received.count == 1)
    #expect(pauses.isEmpty)
  }

  @Test func `a write that was asked for too fast is sent again, as late as it is wanted`()
    async throws
  {
    for (repetition, count) in [(HTTPRequest.Repetition.once, 1), (.ifNeverSent, 2)] {
      let (result, received, pauses) = try await exchange(
        .put, limits: Self.patient, body: [1], repetition: repetition
      ) { received in
        received.before == 0
          ? .answer(429, headers: [HTTPHeader("Retry-After", "7")]) : .answer(201)
      }

      #expect(try result.get().status == (count == 1 ? 429 : 201))
      #expect(received.count == count)
      #expect(pauses == (count == 1 ? [] : [.seconds(7)]))
    }
  }

  @Test func `a write that never left is sent again`() async throws {
    let address: HTTPAddress = "http://127.0.0.1:1"
    let clock = ManualClock()
    let connections = Connections(version: "1", clock: clock, fraction: { 1 })
    var request = HTTPRequest(.put, RequestTarget(literal: "/x"), at: address)
    request.body = [1]
    request.repetition = .ifNeverSent

    let failure = try failure(await connections.exchange(request, limits: Self.patient))
    await connections.close()

    #expect(failure.delivery == .neverSent)
    #expect(clock.pauses == [.milliseconds(250), .milliseconds(500), .seconds(1)])
  }

  @Test(
    arguments: [
      "http://registry.example", "http://localhost.evil.example", "http://10.0.0.1:5000",
    ] as [HTTPAddress])
  func `plain HTTP does not leave this machine unasked`(address: HTTPAddress) async throws {
    try await Connections.open(version: "1") { connections in
      let request = HTTPRequest(.get, RequestTarget(literal: "/"), at: address)
      let failure = try failure(await connections.exchange(request, limits: Self.once))
      #expect(failure.unknown.cause == .unanswerable)
      #expect(failure.delivery == .neverSent)
      #expect(failure.unknown.detail.contains("expected https, found plain http"))
    }
  }

  @Test func `no failure shows the credential, the query or the answer`() async throws {
    let replies: [FaultyServer.Reply] = [
      .reset, .truncated(200, body: Array("planted-body".utf8), announced: 90),
      .endless(200, piece: Array("planted-body".utf8)),
    ]
    for reply in replies {
      let (result, _, _) = try await exchange { _ in reply }
      let shown = "\(try failure(result))"
      #expect(!shown.contains("planted"))
      #expect(!shown.contains("y=z"))
      #expect(shown.contains("GET http://127.0.0.1:"))
    }
  }

  @Test func `cancelling gives a request up at once`() async throws {
    try await withFaultyServer({ _ in .silence }) { server in
      try await Connections.open(version: "1") { connections in
        let request = HTTPRequest(.get, RequestTarget(literal: "/"), at: server.address)
        let result = await withTaskGroup(of: Result<HTTPAnswer, ExchangeFailure>?.self) { group in
          group.addTask { await connections.exchange(request, limits: Self.once) }
          group.addTask {
            await server.waitForRequests(1)
            return nil
          }
          _ = await group.next()
          group.cancelAll()
          return await group.next() ?? nil
        }
        let failure = try failure(try #require(result))
        #expect(failure.unknown.detail.hasSuffix("given up before an answer came"))
      }
    }
  }

  @Test func `a download is handed over in order and not kept`() async throws {
    let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
    let taken = Taken()
    try await withFaultyServer({ _ in .answer(200, body: content) }) { server in
      try await Connections.open(version: "1") { connections in
        let request = HTTPRequest(.get, RequestTarget(literal: "/"), at: server.address)
        let limits = HTTPLimits(bodyBytesMax: 200_000, time: .seconds(20))
        let answer = try await connections.download(request, limits: limits) { bytes in
          taken.add(bytes)
        }.get()
        #expect(answer.body.isEmpty)
      }
    }
    #expect(taken.bytes == content)
  }

  @Test func `a download is not begun again once something was handed over`() async throws {
    let taken = Taken()
    try await withFaultyServer({ _ in .truncated(200, body: [1, 2], announced: 3) }) { server in
      let connections = Connections(version: "1", clock: ManualClock(), fraction: { 1 })
      var request = HTTPRequest(.get, RequestTarget(literal: "/"), at: server.address)
      request.repetition = .freely
      _ = await connections.download(request, limits: Self.patient) { taken.add($0) }
      await connections.close()
      #expect(server.received.count == 1)
    }
    #expect(taken.bytes == [1, 2])
  }

  @Test func `an error of the one who takes the bytes is told as it is`() async throws {
    try await withFaultyServer({ _ in .answer(200, body: [1]) }) { server in
      try await Connections.open(version: "1") { connections in
        var request = HTTPRequest(.get, RequestTarget(literal: "/"), at: server.address)
        request.repetition = .freely
        let result = await connections.download(request, limits: Self.patient) { _ in
          throw TestFailure("disk full")
        }
        let failure = try failure(result)
        #expect(failure.unknown.cause == .unanswerable)
        #expect(failure.unknown.detail.hasSuffix("the bytes could not be taken: disk full"))
      }
      #expect(server.received.count == 1)
    }
  }
}
