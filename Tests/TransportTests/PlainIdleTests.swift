import TestSupport
import Testing
import Vocabulary

@testable import Transport

/// Connections of plain questions while nothing is asked over them.
struct PlainIdleTests {
  private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

  @Test func `a connection on which something came unasked is not used again`() async throws {
    let listener = try RawListener()
    let plain = PlainConnections()
    let first = Task { [address = try listener.address] in try await ask(address, over: plain) }
    let used = try await listener.accept()
    #expect(try await used.received().hasPrefix("GET /buildinfo HTTP/1.1\r\n"))
    try await used.send(Self.answer)
    #expect(try await first.value == "ok")

    // It would be taken for the answer to the next question.
    try await used.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold")
    let second = Task { [address = try listener.address] in try await ask(address, over: plain) }
    let other = try await listener.accept()
    #expect(try await other.received().hasPrefix("GET /buildinfo HTTP/1.1\r\n"))
    try await other.send(Self.answer)
    #expect(try await second.value == "ok")
    await plain.close()
  }

  @Test func `a connection that is idle for too long is closed`() async throws {
    let listener = try RawListener()
    let plain = PlainConnections(idleMax: .milliseconds(50))
    let asking = Task { [address = try listener.address] in try await ask(address, over: plain) }
    let used = try await listener.accept()
    _ = try await used.received()
    try await used.send(Self.answer)
    #expect(try await asking.value == "ok")

    #expect(try await used.received().isEmpty)
    await plain.close()
  }

  @Test func `closing closes a connection that is idle`() async throws {
    let listener = try RawListener()
    let plain = PlainConnections()
    let asking = Task { [address = try listener.address] in try await ask(address, over: plain) }
    let used = try await listener.accept()
    _ = try await used.received()
    try await used.send(Self.answer)
    #expect(try await asking.value == "ok")

    await plain.close()
    #expect(try await used.received().isEmpty)
  }

  /// The body of the answer.
  private func ask(_ address: HTTPAddress, over plain: PlainConnections) async throws -> String {
    var request = HTTPRequest(.get, RequestTarget(literal: "/buildinfo"), at: address)
    request.ranges = AddressRange.usual
    request.instance = IPAddress([127, 0, 0, 1])
    let attempt = Attempt(
      request: request, body: nil,
      limits: HTTPLimits(bodyBytesMax: 1_000, time: .seconds(20)), progress: Progress(), sink: nil,
      userAgent: "pawl/1", proxy: nil)
    let question = try #require(PlainQuestion(attempt, within: .seconds(20)))
    guard case .answered(let answer) = await plain.ask(question) else {
      throw TestFailure("it was not answered")
    }
    return String(decoding: answer.body, as: UTF8.self)
  }
}
