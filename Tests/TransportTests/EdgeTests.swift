import TestSupport
import Testing
import Vocabulary

@testable import Transport

/// Several tenants behind one server that speaks HTTP/2.
struct EdgeTests {
  private static let here = IPAddress([127, 0, 0, 1])
  private static let commits: [Commit] = [
    "7a72516f7e7ba1a710c4f393fef08be8d22e1866", "7f25373309eca54a36f08c371ff783c3a47c3f8d",
  ]
  private static let tenants = [
    (name: "anna.example.test", commit: commits[0]),
    (name: "bert.example.test", commit: commits[1]),
  ]

  @Test func `each is asked by its name, over HTTP/2, on one connection of its own`() async throws {
    let (bodies, log) = try await EdgeServer.run(Self.tenants) { server in
      try await withConnections { connections in
        var bodies: [String] = []
        for _ in 0..<2 {
          for tenant in Self.tenants {
            let answer = await connections.exchange(
              try request("/buildinfo", of: tenant.name, at: server), limits: limits)
            bodies.append(String(decoding: try answer.get().body, as: UTF8.self))
          }
        }
        return bodies
      }
    }

    let once = Self.commits.map { #"{"git_sha":"\#($0)"}"# }
    #expect(bodies == once + once)
    #expect(
      log.map { $0.split(separator: " ").dropLast().joined(separator: " ") } == [
        "HTTP/2.0 anna.example.test /buildinfo 200", "HTTP/2.0 bert.example.test /buildinfo 200",
        "HTTP/2.0 anna.example.test /buildinfo 200", "HTTP/2.0 bert.example.test /buildinfo 200",
      ])
    #expect(Set(log.compactMap { $0.split(separator: " ").last }).count == 2)
  }

  @Test func `what is asked of one at a time shares its connection`() async throws {
    let (statuses, log) = try await EdgeServer.run(Self.tenants) { server in
      try await withConnections { connections in
        // Whether the server speaks HTTP/2 is known once it was asked.
        _ = await connections.exchange(
          try request("/health", of: "anna.example.test", at: server), limits: limits)
        let asked = try request("/buildinfo", of: "anna.example.test", at: server)
        return try await withThrowingTaskGroup(of: Int.self) { group in
          for _ in 0..<20 {
            group.addTask { try await connections.exchange(asked, limits: limits).get().status }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
      }
    }

    #expect(statuses == Array(repeating: 200, count: 20))
    #expect(log.count == 21)
    #expect(log.allSatisfy { $0.hasPrefix("HTTP/2.0 anna.example.test ") }, "\(log)")
    #expect(Set(log.compactMap { $0.split(separator: " ").last }).count == 1)
  }

  @Test func `a connection that may not be kept is closed after each request`() async throws {
    let (_, log) = try await EdgeServer.run(Self.tenants) { server in
      try await withConnections { connections in
        var asked = try request("/buildinfo", of: "anna.example.test", at: server)
        asked.closesConnection = true
        for _ in 0..<2 { _ = try await connections.exchange(asked, limits: limits).get() }
      }
    }

    #expect(log.count == 2)
    #expect(Set(log.compactMap { $0.split(separator: " ").last }).count == 2)
  }

  @Test func `a certificate that nobody here vouches for is refused before anything is asked`()
    async throws
  {
    let (result, log) = try await EdgeServer.run(Self.tenants) { server in
      try await withConnections { connections in
        var asked = try request("/buildinfo", of: "anna.example.test", at: server)
        asked.trust = nil
        return await connections.exchange(asked, limits: limits)
      }
    }

    guard case .failure(let failure) = result else { throw TestFailure("found \(result)") }
    #expect(failure.delivery == .neverSent)
    #expect(failure.unknown.detail.contains("an authority that is not trusted here"))
    #expect(log.isEmpty)
  }

  private let limits = HTTPLimits(bodyBytesMax: 1_000, time: .seconds(20))

  private func withConnections<Answer>(
    _ body: (Connections) async throws -> Answer
  ) async throws -> Answer {
    try await Connections(
      version: "1", lookup: { _ in .success(Self.here.map { [$0] } ?? []) }
    ).whileOpen(body)
  }

  private func request(
    _ target: StaticString, of name: String, at server: EdgeServer
  ) throws -> HTTPRequest {
    var request = HTTPRequest(
      .get, RequestTarget(literal: target), at: try server.address(of: name))
    request.ranges = AddressRange.usual
    request.trust = try TrustRoots(pem: server.authority, file: "the test's")
    return request
  }
}
