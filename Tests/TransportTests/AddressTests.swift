import AsyncHTTPClient
import Synchronization
import TestSupport
import Testing
import Vocabulary

@testable import Transport

/// Requests that say where their host may be.
struct AddressTests {
  private static let limits = HTTPLimits(bodyBytesMax: 1_000, time: .seconds(20))
  private static let here: IPAddress = address(127, 0, 0, 1)
  private static let metadata: IPAddress = address(169, 254, 169, 254)

  @Test func `a name is looked up once, and the connection goes where that said`() async throws {
    try await withFaultyServer({ _ in .answer(200) }) { server in
      let names = Names([Self.here])
      let address = try Self.place("reno-stars.example.test", at: server.address)

      let answer = try await exchange(address, names).get()

      #expect(answer.status == 200)
      #expect(names.asked == ["reno-stars.example.test"])
      #expect(server.received.count == 1)
      #expect(server.received[0].value(of: "host") == address.authority)
      #expect(server.received[0].target == "/below/buildinfo")
    }
  }

  @Test func `a name that leads elsewhere the next time is judged again`() async throws {
    try await withFaultyServer({ _ in .answer(200) }) { server in
      let names = Names([Self.here], [Self.metadata])
      let connections = Connections(version: "1", lookup: names.lookup)
      let request = try Self.request(Self.place("tenant.example.test", at: server.address))

      let first = await connections.exchange(request, limits: Self.limits)
      let second = await connections.exchange(request, limits: Self.limits)
      await connections.close()

      #expect(try first.get().status == 200)
      #expect(try failure(second).unknown.cause == .disallowed)
      #expect(server.received.count == 1)
    }
  }

  @Test(arguments: [
    ([metadata], "169.254.169.254 (link-local)"),
    ([address(0, 0, 0, 0)], "0.0.0.0 (special)"),
    ([address(10, 0, 0, 7)], "10.0.0.7 (private)"),
    // The one that is allowed does not excuse the other.
    ([here, metadata], "169.254.169.254 (link-local)"),
  ])
  func `an address outside of the ranges is refused, and nothing is sent`(
    addresses: [IPAddress], found: String
  ) async throws {
    try await withFaultyServer({ _ in .answer(200) }) { server in
      let address = try Self.place("tenant.example.test", at: server.address)

      let failure = try failure(
        await exchange(address, Names(addresses), ranges: [.loopback, .public]))

      #expect(failure.delivery == .neverSent)
      #expect(failure.unknown.cause == .disallowed)
      #expect(!failure.unknown.mayPass)
      let detail = failure.unknown.detail
      #expect(
        detail.hasPrefix(
          "GET \(address)/buildinfo: expected an address that is loopback, public, found \(found): "
            + (found.contains("special") ? "no tenant can be there" : "mend its url")), "\(detail)")
      #expect(server.connectionsOpened == 0)
    }
  }

  @Test func `where nothing listens at one address, the next one is asked`() async throws {
    try await withFaultyServer({ _ in .answer(200) }) { server in
      let names = Names([Self.address(127, 9, 9, 9), Self.here])

      let answer = try await exchange(
        Self.place("tenant.example.test", at: server.address), names
      ).get()

      #expect(answer.status == 200)
    }
  }

  @Test func `all addresses can be had, and each of them asked by itself`() async throws {
    try await withFaultyServer({ _ in .answer(200) }) { server in
      let other = Self.address(127, 9, 9, 9)
      let connections = Connections(version: "1", lookup: Names([other, Self.here]).lookup)
      var request = try Self.request(Self.place("tenant.example.test", at: server.address))

      #expect(await connections.instances(of: request) == .success([other, Self.here]))
      request.instance = Self.here
      let here = await connections.exchange(request, limits: Self.limits)
      request.instance = other
      let there = await connections.exchange(request, limits: Self.limits)
      request.instance = Self.metadata
      let outside = await connections.exchange(request, limits: Self.limits)
      await connections.close()

      #expect(try here.get().status == 200)
      #expect(try failure(there).unknown.cause == .unreachable)
      #expect(try failure(outside).unknown.cause == .disallowed)
      #expect(server.received.count == 1)
    }
  }

  @Test func `what may have been acted on is not sent to another address`() async throws {
    try await withFaultyServer({ _ in .reset }) { server in
      let names = Names([Self.here, Self.address(127, 0, 0, 1)])

      let failure = try failure(
        await exchange(Self.place("tenant.example.test", at: server.address), names))

      #expect(failure.delivery == .possiblySent)
      #expect(server.received.count == 1)
    }
  }

  @Test func `over TLS the name is asked for, wherever it was found`() async throws {
    try await withRegistry(.privateTLS) { registry in
      let trust = try TrustRoots(pem: try #require(registry.authority), file: "authority")
      func status(of host: String) async throws -> Result<Int, ExchangeFailure> {
        await exchange(
          try Self.place(host, at: registry.address, scheme: "https", path: ""),
          Names([Self.here]), trust: trust
        ).map(\.status)
      }

      // Nobody but the script of this test knows the name, so a look-up past it would fail.
      #expect(try await status(of: "tenant.example.test").get() == 404)
      #expect(try await status(of: "127.0.0.1").get() == 404)
    }
  }

  @Test func `an address of version 6 is one as well`() async throws {
    try await withFaultyServer(at: "::1", { _ in .answer(200) }) { server in
      let answer = try await Connections.open(version: "1") { connections in
        try await connections.exchange(Self.request(server.address), limits: Self.limits).get()
      }

      #expect(answer.status == 200)
      #expect(server.received[0].value(of: "host") == server.address.authority)
    }
  }

  @Test func `the system knows this machine, and not what is nowhere`() async throws {
    #expect(try await systemHostLookup("127.0.0.3").get() == [Self.address(127, 0, 0, 3)])
    let local = try await systemHostLookup("localhost").get()
    #expect(!local.isEmpty && local.allSatisfy { AddressRange(of: $0) == .loopback }, "\(local)")
    let nowhere = try failure(await systemHostLookup("nowhere.invalid"))
    #expect(nowhere == Unknown(.unreachable, "the name could not be resolved"))
  }

  @Test func `clients of names that were not asked for long are closed`() async throws {
    let clients = PinnedClients { _ in HTTPClient(eventLoopGroupProvider: .singleton) }
    let pins = (0...PinnedClients.idleMax + 1).map {
      PinnedClients.Pin(host: "tenant-\($0).example.test", address: "127.0.0.1")
    }
    let first = try clients.take(pins[0])
    let held = try clients.take(pins[1])
    await clients.giveBack(pins[0], keeping: true)
    for pin in pins.dropFirst(2) {
      _ = try clients.take(pin)
      await clients.giveBack(pin, keeping: true)
    }

    #expect(try clients.take(pins[0]) !== first)
    #expect(try clients.take(pins[1]) === held)
    await clients.close()
    #expect(throws: HTTPClientError.alreadyShutdown) { try clients.take(pins[2]) }
  }

  @Test func `a client that was closed is not made again, nor for the first time`() async throws {
    let used = LazyClient(HTTPClient.Configuration())
    #expect(try used.take() === used.take())
    let unused = LazyClient(HTTPClient.Configuration())
    for client in [used, unused, used] {
      await client.close()
      #expect(throws: HTTPClientError.alreadyShutdown) { try client.take() }
    }
  }

  private func exchange(
    _ address: HTTPAddress, _ names: Names, ranges: [AddressRange] = AddressRange.usual,
    trust: TrustRoots? = nil
  ) async -> Result<HTTPAnswer, ExchangeFailure> {
    let connections = Connections(version: "1", lookup: names.lookup)
    var request = Self.request(address, ranges)
    request.trust = trust
    let result = await connections.exchange(request, limits: Self.limits)
    await connections.close()
    return result
  }

  private func failure<Value, Failure>(_ result: Result<Value, Failure>) throws -> Failure {
    switch result {
    case .failure(let failure): return failure
    case .success(let value): throw TestFailure("expected a failure, found \(value)")
    }
  }

  private static func request(
    _ address: HTTPAddress, _ ranges: [AddressRange] = AddressRange.usual
  ) -> HTTPRequest {
    var request = HTTPRequest(.get, RequestTarget(literal: "/buildinfo"), at: address)
    request.plainHTTP = .anywhere
    request.ranges = ranges
    return request
  }

  /// `host` at the port of `server`.
  private static func place(
    _ host: String, at server: HTTPAddress, scheme: String = "http", path: String = "/below"
  ) throws -> HTTPAddress {
    try HTTPAddress(parsing: "\(scheme)://\(host):\(server.port)\(path)")
  }

  private static func address(_ bytes: UInt8...) -> IPAddress {
    guard let address = IPAddress(bytes) else { preconditionFailure("four bytes are an address") }
    return address
  }
}

/// Answers every look-up with the next of its lists, the last one for ever, and notes what was asked.
private final class Names: Sendable {
  private let answers: [[IPAddress]]
  private let hosts = Mutex<[String]>([])

  init(_ answers: [IPAddress]...) { self.answers = answers }

  var asked: [String] { hosts.withLock(\.self) }

  var lookup: HostLookup {
    { host in
      let before = self.hosts.withLock { hosts in
        hosts.append(host)
        return hosts.count - 1
      }
      return .success(self.answers[min(before, self.answers.count - 1)])
    }
  }
}
