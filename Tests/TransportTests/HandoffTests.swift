import TestSupport
import Testing
import Transport

/// Bytes that go from one exchange into another.
struct HandoffTests {
  private struct Broken: Error, Equatable {}

  @Test func `pieces come out in order, and then the end`() async throws {
    let handoff = Handoff()
    async let given: Void = {
      for piece in [[1], [2, 3], [4]] as [[UInt8]] { try await handoff.give(piece) }
      handoff.end()
    }()
    var taken: [UInt8] = []
    for try await piece in handoff { taken += piece }
    try await given

    #expect(taken == [1, 2, 3, 4])
  }

  @Test func `an end with an error reaches the taker`() async {
    let handoff = Handoff()
    handoff.end(Broken())
    handoff.end()

    await #expect(throws: Broken.self) { for try await _ in handoff {} }
  }

  @Test func `a taker that has ended stops the giver`() async {
    let handoff = Handoff()
    handoff.end(Broken())

    await #expect(throws: Broken.self) { try await handoff.give([1]) }
  }

  @Test func `a giver that is cancelled does not leave the taker waiting`() async {
    let handoff = Handoff()
    let giving = Task { try await handoff.give([1]) }
    giving.cancel()
    _ = await giving.result

    await #expect(throws: Handoff.Ended.self) { for try await _ in handoff {} }
  }

  @Test func `an upload is sent as it comes in, with its length`() async throws {
    try await withFaultyServer({ _ in .answer(201) }) { server in
      try await Connections.open(version: "tests") { connections in
        let handoff = Handoff()
        async let given: Void = {
          for piece in [[1, 2], [3]] as [[UInt8]] { try await handoff.give(piece) }
          handoff.end()
        }()
        let answer = await connections.upload(
          HTTPRequest(.put, RequestTarget(literal: "/blob"), at: server.address), length: 3,
          from: handoff, limits: HTTPLimits(bodyBytesMax: 10, time: .seconds(20)))
        try await given

        let status = try answer.get().status
        #expect(status == 201)
        #expect(server.received[0].body == [1, 2, 3])
        #expect(server.received[0].value(of: "content-length") == "3")
      }
    }
  }

  @Test func `an upload whose source breaks off is cut, not completed`() async throws {
    try await withFaultyServer({ _ in .answer(201) }) { server in
      try await Connections.open(version: "tests") { connections in
        let handoff = Handoff()
        async let given: Void = {
          try await handoff.give([1])
          handoff.end(Broken())
        }()
        let answer = await connections.upload(
          HTTPRequest(.put, RequestTarget(literal: "/blob"), at: server.address), length: 3,
          from: handoff, limits: HTTPLimits(bodyBytesMax: 10, time: .seconds(20)))
        try await given

        #expect(throws: ExchangeFailure.self) { try answer.get() }
        #expect(server.received.isEmpty)
      }
    }
  }
}
