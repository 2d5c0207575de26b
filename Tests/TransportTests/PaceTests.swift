import Synchronization
import TestSupport
import Testing

@testable import Transport

/// What everybody at one host shares: a pause that it has asked for, and a turn.
struct PaceTests {
  @Test func `a host that has asked for a pause is asked by nobody before it is over`() async throws
  {
    try await withFaultyServer({ received in
      received.before == 0
        ? .answer(429, headers: [HTTPHeader("Retry-After", "20")]) : .answer(200)
    }) { server in
      let clock = ManualClock()
      let connections = Connections(version: "tests", clock: clock, fraction: { 0 })
      let request = HTTPRequest(.get, RequestTarget(literal: "/"), at: server.address)
      let limits = HTTPLimits(bodyBytesMax: 10, time: .seconds(60))

      let first = await connections.exchange(request, limits: limits)
      let second = await connections.exchange(request, limits: limits)
      await connections.close()

      let statuses = [try first.get().status, try second.get().status]
      #expect(statuses == [429, 200])
      #expect(clock.pauses == [.seconds(20)])
    }
  }

  @Test func `a host that asks for a pause without saying how long is left alone, too`()
    async throws
  {
    try await withFaultyServer({ $0.before == 0 ? .answer(429) : .answer(200) }) { server in
      let clock = ManualClock()
      let connections = Connections(version: "tests", clock: clock, fraction: { 0 })
      let request = HTTPRequest(.get, RequestTarget(literal: "/"), at: server.address)
      let limits = HTTPLimits(
        bodyBytesMax: 10, attempt: .seconds(60), total: .seconds(60), retry: .none)

      let first = await connections.exchange(request, limits: limits)
      let second = await connections.exchange(request, limits: limits)
      await connections.close()

      let statuses = [try first.get().status, try second.get().status]
      #expect(statuses == [429, 200])
      #expect(clock.pauses == [.milliseconds(500)])
    }
  }

  @Test func `an upload waits for its host, and makes others wait when it is told to`() async throws
  {
    try await withFaultyServer({ received in
      received.before < 2
        ? .answer(429, headers: [HTTPHeader("Retry-After", "20")]) : .answer(200)
    }) { server in
      let clock = ManualClock()
      let connections = Connections(version: "tests", clock: clock, fraction: { 0 })
      let read = HTTPRequest(.get, RequestTarget(literal: "/"), at: server.address)
      let write = HTTPRequest(.put, RequestTarget(literal: "/"), at: server.address)
      let limits = HTTPLimits(
        bodyBytesMax: 10, attempt: .seconds(60), total: .seconds(60), retry: .none)
      let handoff = Handoff()

      let first = await connections.exchange(read, limits: limits)
      async let sent = connections.upload(write, length: 1, from: handoff, limits: limits)
      try await handoff.give([1])
      handoff.end()
      let second = await sent
      let third = await connections.exchange(read, limits: limits)
      await connections.close()

      #expect(try [first, second, third].map { try $0.get().status } == [429, 429, 200])
      #expect(clock.pauses == [.seconds(20), .seconds(20)])
    }
  }

  @Test func `no host makes everybody wait for longer than the limit`() async {
    let clock = ManualClock()
    let pace = HostPace(clock: clock)
    pace.slow("a.example", for: .seconds(3_600))

    await pace.wait(for: "a.example", atMost: .seconds(3_600))
    await pace.wait(for: "b.example", atMost: .seconds(3_600))

    #expect(clock.pauses == [HostPace.pauseMax])
  }

  @Test func `one of several who share a host is held up without the others`() async {
    let clock = ManualClock()
    let pace = HostPace(clock: clock)
    pace.slow("edge.example", for: .seconds(20), party: "anna")

    await pace.wait(for: "edge.example", atMost: .seconds(60), party: "bert")
    #expect(clock.pauses.isEmpty)
    await pace.wait(for: "edge.example", atMost: .seconds(60), party: "anna")

    #expect(clock.pauses == [.seconds(20)])
  }

  @Test func `a host that has said so of two of them means everybody`() async {
    let clock = ManualClock()
    let pace = HostPace(clock: clock)
    pace.slow("edge.example", for: .seconds(20), party: "anna")
    pace.slow("edge.example", for: .seconds(10), party: "bert")

    await pace.wait(for: "edge.example", atMost: .seconds(60), party: "carl")
    // That time is over for both of them now.
    await pace.wait(for: "edge.example", atMost: .seconds(60), party: "bert")

    #expect(clock.pauses == [.seconds(20)])
  }

  @Test func `a tenant that is told to wait holds up no other behind the same edge`() async throws {
    try await withFaultyServer({ received in
      received.target.hasPrefix("/anna/")
        ? .answer(429, headers: [HTTPHeader("Retry-After", "20")]) : .answer(200)
    }) { server in
      let clock = ManualClock()
      let connections = Connections(version: "tests", clock: clock, fraction: { 0 })
      var anna = HTTPRequest(.get, RequestTarget(literal: "/anna/buildinfo"), at: server.address)
      anna.party = "anna"
      var bert = HTTPRequest(.get, RequestTarget(literal: "/bert/buildinfo"), at: server.address)
      bert.party = "bert"
      let limits = HTTPLimits(bodyBytesMax: 10, time: .seconds(60))

      let told = await connections.exchange(anna, limits: limits)
      let other = await connections.exchange(bert, limits: limits)
      #expect(clock.pauses.isEmpty)
      _ = await connections.exchange(anna, limits: limits)
      await connections.close()

      let statuses = [try told.get().status, try other.get().status]
      #expect(statuses == [429, 200])
      #expect(clock.pauses == [.seconds(20)])
    }
  }

  @Test func `one at a time passes a turnstile`() async {
    let turnstile = Turnstile()
    let counter = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask {
          await turnstile.pass {
            await counter.enter()
            await Task.yield()
            await counter.leave()
          }
        }
      }
    }

    #expect(await counter.most == 1)
    #expect(await counter.entered == 20)
  }

  @Test func `a body that throws lets the next one through`() async {
    struct Broken: Error {}
    let turnstile = Turnstile()
    await #expect(throws: Broken.self) { try await turnstile.pass { throw Broken() } }

    #expect(await turnstile.pass { 1 } == 1)
  }

  // MARK: What is shared

  /// Three who pass at once; the first of them leaves when the others wait.
  private func three(
    _ sharing: @escaping @Sendable (Int) -> Int?, cancelling: Bool = false
  ) async -> (outcomes: [Int], bodies: Int) {
    let turnstile = SharedTurnstile<Int>()
    let bodies = Bodies()
    let outcomes = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<3 {
        group.addTask {
          await turnstile.pass {
            let number = bodies.begin()
            guard number == 1 else { return number }
            while await turnstile.waitingCount < 2 { await Task.yield() }
            if cancelling { withUnsafeCurrentTask { $0?.cancel() } }
            return number
          } sharing: {
            sharing($0)
          }
        }
      }
      var outcomes: [Int] = []
      for await outcome in group { outcomes.append(outcome) }
      return outcomes.sorted()
    }
    return (outcomes, bodies.count)
  }

  @Test func `what concerns those who wait is theirs without a turn of their own`() async {
    let (outcomes, bodies) = await three { $0 * 10 }

    #expect(outcomes == [1, 10, 10])
    #expect(bodies == 1)
  }

  @Test func `what concerns nobody else lets the next one through`() async {
    let (outcomes, bodies) = await three { _ in nil }

    #expect(outcomes == [1, 2, 3])
    #expect(bodies == 3)
  }

  @Test func `whoever was cancelled has nothing to tell the others`() async {
    let (outcomes, bodies) = await three({ $0 == 1 ? 10 : nil }, cancelling: true)

    #expect(outcomes == [1, 2, 3])
    #expect(bodies == 3)
  }

  @Test func `every try is told of, without its query`() async throws {
    try await withFaultyServer({ _ in .answer(200, body: [1, 2, 3]) }) { server in
      let seen = Seen()
      try await Connections.open(version: "tests", watch: { seen.add($0) }) { connections in
        var request = HTTPRequest(.get, RequestTarget(literal: "/a?token=x"), at: server.address)
        request.body = [1, 2]
        _ = await connections.exchange(
          request, limits: HTTPLimits(bodyBytesMax: 10, time: .seconds(20)))
      }

      let exchange = try #require(seen.all.first)
      #expect(exchange.end == .answered(status: 200))
      #expect(exchange.sent == 2 && exchange.received == 3)
      #expect(!"\(exchange.request)".contains("token"))
    }
  }
}

private final class Seen: Sendable {
  private let state = Mutex<[Exchange]>([])

  var all: [Exchange] { state.withLock(\.self) }

  func add(_ exchange: Exchange) { state.withLock { $0.append(exchange) } }
}

private final class Bodies: Sendable {
  private let state = Mutex(0)

  var count: Int { state.withLock(\.self) }

  /// - Returns: how many have begun with this one.
  func begin() -> Int {
    state.withLock { count in
      count += 1
      return count
    }
  }
}

private actor Counter {
  private(set) var most = 0
  private(set) var entered = 0
  private var inside = 0

  func enter() {
    inside += 1
    entered += 1
    most = max(most, inside)
  }

  func leave() { inside -= 1 }
}
