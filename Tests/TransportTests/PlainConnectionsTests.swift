import TestSupport
import Testing
import Vocabulary

@testable import Transport

/// Tenants over plain HTTP, asked without the HTTP library.
struct PlainConnectionsTests {
  private static let body = Array(#"{"git_sha":"7a72516f"}"#.utf8)

  @Test func `a question arrives as it was asked, and its answer comes back whole`() async throws {
    try await withFaultyServer({ _ in .answer(200, body: Self.body) }) { server in
      let end = await ask(server, headers: [HTTPHeader("Pawl-Nonce", "abc")])

      guard case .answered(let answer) = end else { throw TestFailure("found \(end)") }
      #expect(answer.status == 200)
      #expect(answer.body == Self.body)
      let received = server.received
      #expect(received.map(\.method) == ["GET"])
      #expect(received[0].target == "/buildinfo")
      #expect(received[0].value(of: "host") == "\(server.host)")
      #expect(received[0].value(of: "user-agent") == "pawl/1")
      #expect(received[0].value(of: "pawl-nonce") == "abc")
      #expect(received[0].value(of: "connection") == nil)
    }
  }

  @Test func `version 6 is spoken, too`() async throws {
    try await withFaultyServer(at: "::1", { _ in .answer(200, body: Self.body) }) { server in
      let here = try #require(IPAddress([UInt8](repeating: 0, count: 15) + [1]))
      #expect(await ask(server, at: here).status == 200)
      #expect(server.received.map(\.target) == ["/buildinfo"])
    }
  }

  @Test func `a connection is used again, unless it may not be kept`() async throws {
    try await withFaultyServer({ _ in .answer(200, body: Self.body) }) { server in
      let plain = PlainConnections()
      for _ in 0..<3 { #expect(await ask(server, over: plain).status == 200) }
      #expect(server.connectionsOpened == 1)

      for _ in 0..<2 { #expect(await ask(server, over: plain, isKept: false).status == 200) }
      #expect(server.received.last?.value(of: "connection") == "close")
      // The first of them took the one that was idle.
      #expect(server.connectionsOpened == 2)
      await plain.close()
    }
  }

  @Test func `a connection that is closed when it is used again is replaced`() async throws {
    try await withFaultyServer({ received in
      received.before == 1 ? .close : .answer(200, body: Self.body)
    }) { server in
      let plain = PlainConnections()
      #expect(await ask(server, over: plain).status == 200)
      #expect(await ask(server, over: plain).status == 200)
      #expect(server.received.count == 3)
      #expect(server.connectionsOpened == 2)
      await plain.close()
    }
  }

  @Test func `a connection that the other side closes after its answer is replaced`() async throws {
    try await withFaultyServer({ _ in
      .truncated(200, body: Self.body, announced: Self.body.count)
    }) { server in
      let plain = PlainConnections()
      for _ in 0..<3 { #expect(await ask(server, over: plain).status == 200) }
      #expect(server.connectionsOpened == 3)
      await plain.close()
    }
  }

  @Test func `questions that are let through eight at a time share eight connections`() async throws
  {
    let held = Held()
    let admission = Admission(atOnceMax: 64, perPlaceMax: 8)
    try await withFaultyServer({ _ in .held { held.keep($0) } }) { server in
      let plain = PlainConnections()
      await withTaskGroup(of: Int?.self) { group in
        for _ in 0..<20 {
          group.addTask {
            await admission.pass(to: "here") { await ask(server, over: plain).status }
          }
        }
        var answered = 0
        while answered < 20 {
          await server.waitForRequests(min(answered + 8, 20))
          #expect(server.received.count == min(answered + 8, 20))
          held.release(.answer(200, body: Self.body))
          #expect(await group.next() == 200)
          answered += 1
        }
      }
      #expect(server.connectionsOpened == 8)
      await plain.close()
    }
  }

  @Test func `who says nothing is waited for until the deadline and no longer`() async throws {
    try await withFaultyServer({ _ in .silence }) { server in
      let began = ContinuousClock.now
      let end = await ask(server, within: .milliseconds(300))
      guard case .ranOut = end else { throw TestFailure("found \(end)") }
      let took = began.duration(to: .now)
      #expect(took >= .milliseconds(300) && took < .seconds(15))
    }
  }

  @Test(arguments: [
    FaultyServer.Reply.reset, .close, .truncated(200, body: Array("ab".utf8), announced: 9),
  ])
  func `what breaks off is handed over`(reply: FaultyServer.Reply) async throws {
    try await withFaultyServer({ _ in reply }) { server in
      guard case .handedOver = await ask(server) else { throw TestFailure("it counted") }
    }
  }

  @Test func `nobody listening is handed over`() async throws {
    var request = HTTPRequest(
      .get, RequestTarget(literal: "/buildinfo"), at: "http://127.0.0.1:1")
    request.ranges = AddressRange.usual
    request.instance = IPAddress([127, 0, 0, 1])
    let question = try #require(PlainQuestion(attempt(request), within: .seconds(20)))
    let plain = PlainConnections()

    let end = await plain.ask(question)
    await plain.close()

    guard case .handedOver = end else { throw TestFailure("it counted") }
  }

  @Test func `an answer in chunks is handed over, and that place is not asked here again`()
    async throws
  {
    try await withFaultyServer({ _ in
      .open(200) { outlet in
        outlet.send(Self.body)
        outlet.end()
      }
    }) { server in
      let plain = PlainConnections()
      for _ in 0..<3 {
        #expect(await ask(server, over: plain).status == nil)
      }
      #expect(server.received.count == 1)
      await plain.close()
    }
  }

  @Test func `cancelling ends the waiting`() async throws {
    try await withFaultyServer({ _ in .silence }) { server in
      let asking = Task { await ask(server, within: .seconds(600)) }
      await server.waitForRequests(1)
      asking.cancel()
      guard case .handedOver = await asking.value else { throw TestFailure("it counted") }
    }
  }

  @Test func `closing hands over whoever waits, and whoever comes later`() async throws {
    try await withFaultyServer({ _ in .silence }) { server in
      let plain = PlainConnections()
      let asking = Task { await ask(server, over: plain, within: .seconds(600)) }
      await server.waitForRequests(1)
      await plain.close()
      guard case .handedOver = await asking.value else { throw TestFailure("it counted") }
      guard case .handedOver = await ask(server, over: plain) else {
        throw TestFailure("it was asked after the end")
      }
      await plain.close()
      #expect(server.received.count == 1)
    }
  }

  @Test func `what is handed over is asked by the HTTP library`() async throws {
    try await withFaultyServer({ _ in
      .open(200) { outlet in
        outlet.send(Self.body)
        outlet.end()
      }
    }) { server in
      try await Connections.open(version: "1") { connections in
        for _ in 0..<2 {
          let answer = await connections.exchange(try request(server), limits: Self.limits)
          #expect(try answer.get().body == Self.body)
        }
      }
      // Once here, and then by the library alone.
      #expect(server.received.count == 3)
    }
  }

  @Test func `an address outside of the ranges is not asked here either`() async throws {
    try await withFaultyServer({ _ in .answer(200) }) { server in
      try await Connections.open(version: "1") { connections in
        var asked = try request(server)
        asked.ranges = [.public]
        let result = await connections.exchange(asked, limits: Self.limits)
        guard case .failure(let failure) = result else { throw TestFailure("found \(result)") }
        #expect(failure.unknown.cause == .disallowed)
      }
      #expect(server.received.isEmpty)
    }
  }

  @Test func `only a question that holds nothing secret is asked here`() async throws {
    try await withFaultyServer({ _ in .answer(200) }) { server in
      let changes: [(inout HTTPRequest) -> Void] = [
        { $0.authorization = Secret("Bearer planted-secret") },
        { $0.registryAuthorization = Secret("planted-secret") }, { $0.body = [1] },
        { $0.socket = "/run/x.sock" }, { $0.isProxied = true }, { $0.instance = nil },
        { $0.ranges = nil }, { $0.headers = [HTTPHeader("A", "b\r\nC: d")] },
        { $0.headers = [HTTPHeader("A\r\nB", "c")] },
      ]
      #expect(PlainQuestion(attempt(try request(server)), within: .seconds(1)) != nil)
      for (number, change) in changes.enumerated() {
        var asked = try request(server)
        change(&asked)
        #expect(PlainQuestion(attempt(asked), within: .seconds(1)) == nil, "change \(number)")
      }
      #expect(server.received.isEmpty)
    }
  }

  private static let limits = HTTPLimits(bodyBytesMax: 1_000, time: .seconds(20))

  private func request(_ server: FaultyServer, at instance: IPAddress? = nil) throws -> HTTPRequest
  {
    var request = HTTPRequest(.get, RequestTarget(literal: "/buildinfo"), at: server.address)
    request.ranges = AddressRange.usual
    request.instance = instance ?? IPAddress([127, 0, 0, 1])
    return request
  }

  private func attempt(_ request: HTTPRequest) -> Attempt {
    Attempt(
      request: request, body: nil, limits: Self.limits, progress: Progress(), sink: nil,
      userAgent: "pawl/1", proxy: nil)
  }

  /// - Parameter plain: nil asks over one that is closed afterwards.
  private func ask(
    _ server: FaultyServer, over plain: PlainConnections? = nil, at instance: IPAddress? = nil,
    headers: [HTTPHeader] = [], isKept: Bool = true, within time: Duration = .seconds(20)
  ) async -> PlainConnections.End {
    guard var request = try? request(server, at: instance) else { return .ranOut }
    request.headers = headers
    request.closesConnection = !isKept
    guard let question = PlainQuestion(attempt(request), within: time) else {
      return .ranOut
    }
    let used = plain ?? PlainConnections()
    let end = await used.ask(question)
    if plain == nil { await used.close() }
    return end
  }
}

extension PlainConnections.End {
  /// Nil where it was not answered.
  fileprivate var status: Int? {
    guard case .answered(let answer) = self else { return nil }
    return answer.status
  }
}
