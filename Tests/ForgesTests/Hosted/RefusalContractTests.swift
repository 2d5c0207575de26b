import Capabilities
import TestSupport
import Testing
import Transport
import Vocabulary

/// What becomes of every kind of refusal, failure and nonsense, on every forge.
@Suite(.timeLimit(.minutes(1)))
struct RefusalContractTests {
  private static func answer(_ status: Int, _ headers: [HTTPHeader] = [], _ body: String = "{}")
    -> FaultyServer.Reply
  {
    .answer(
      status, headers: [HTTPHeader("Content-Type", "application/json")] + headers,
      body: Array(body.utf8))
  }

  private static let faults: [(name: String, reply: FaultyServer.Reply, cause: Unknown.Cause)] = [
    ("401", answer(401), .unauthorized),
    ("403", answer(403), .forbidden),
    (
      "404 of an endpoint", .answer(404, headers: [HTTPHeader("Content-Type", "text/plain")]),
      .unanswerable
    ),
    ("307", answer(307, [HTTPHeader("Location", "/elsewhere")]), .unanswerable),
    ("429", answer(429), .rateLimited),
    ("500", answer(500), .serverError),
    (
      "503 with a page",
      .answer(503, headers: [HTTPHeader("Content-Type", "text/html")], body: Array("<html>".utf8)),
      .serverError
    ),
    ("a page", .answer(200, body: Array("<html>log in</html>".utf8)), .malformed),
    ("another shape", answer(200, [], #"{"commit": 7}"#), .malformed),
    ("nothing", .answer(200), .malformed),
    ("half of it", .truncated(200, body: Array(#"{"commit""#.utf8), announced: 500), .unreachable),
    ("a reset", .reset, .unreachable),
    ("too much", .endless(200, piece: [UInt8](repeating: 32, count: 1 << 20)), .tooLarge),
  ]

  @Test(arguments: Kind.allCases)
  func `every failure is unknown, by its own cause`(kind: Kind) async throws {
    for fault in Self.faults {
      // On GitHub every 404 is about the object.
      if kind.isGitHub, fault.cause == .unanswerable, fault.name.hasPrefix("404") { continue }
      try await withReader(kind) { state in
        state.faults = [("branches", fault.reply)]
      } _: { reader in
        #expect(await reader.forge.head(of: "main").cause == fault.cause, "\(fault.name)")
      }
    }
  }

  @Test(arguments: Kind.allCases)
  func `a server that says nothing is given up`(kind: Kind) async throws {
    let limit = HeldClock()
    try await withReader(kind, limitClock: limit) { state in
      state.faults = [("branches", .silence)]
    } _: { reader in
      async let reading = reader.forge.head(of: "main")
      await reader.server.waitForRequests(1)
      limit.release()

      #expect(await reading.cause == .timedOut)
    }
  }

  @Test func `a missing scope is named as Gitea names it`() async throws {
    let refusal =
      #"{"message":"token does not have at least one of required scope(s), "#
      + #"required=[read:repository], token scope=read:issue"}"#
    try await withReader(.gitea) { state in
      state.faults = [("branches", Self.answer(403, [], refusal))]
    } _: { reader in
      let reading = await reader.forge.head(of: "main")

      #expect(reading.detail.hasSuffix("it needs read:repository"))
    }
  }

  @Test func `a missing permission is named as GitHub names it`() async throws {
    try await withReader(.github) { state in
      state.faults = [
        (
          "variables",
          Self.answer(403, [HTTPHeader("X-Accepted-GitHub-Permissions", "actions_variables=read")])
        )
      ]
    } _: { reader in
      let reading = await reader.forge.variable("KILL", at: .repository)

      #expect(reading.cause == .forbidden)
      #expect(reading.detail.hasSuffix("it needs actions_variables=read"))
    }
  }

  @Test(arguments: Kind.allCases)
  func `a repository that was renamed is named, and not followed with the token`(kind: Kind)
    async throws
  {
    for status in [301, 302, 307, 308] {
      try await withReader(kind) { state in
        state.faults = [
          ("branches", Self.answer(status, [HTTPHeader("Location", "/acme/renamed")]))
        ]
      } _: { reader in
        let reading = await reader.forge.head(of: "main")

        #expect(reading.detail.contains("acme/platform was renamed or moved"))
        #expect(reading.detail.contains("set source.repository to its new name"))
        #expect(reader.server.received.count == 1)
      }
    }
  }

  @Test func `a used-up limit is waited out without asking`() async throws {
    let headers = [
      HTTPHeader("X-RateLimit-Remaining", "0"), HTTPHeader("X-RateLimit-Reset", "1781301900"),
      HTTPHeader("Date", "Fri, 12 Jun 2026 22:00:00 GMT"),
    ]
    try await withReader(.github) { state in
      state.commits = commits
      state.branches = ["main": commits[2]]
      state.faults = [("branches", Self.answer(403, headers))]
    } _: { reader in
      #expect(await reader.forge.head(of: "main").cause == .rateLimited)
      reader.script.change { $0.faults = [] }
      let asked = reader.script.now.count
      #expect(await reader.forge.head(of: "main").cause == .rateLimited)
      #expect(reader.script.now.count == asked, "nothing was sent")

      reader.clock.advance(by: .minutes(6))

      #expect(await reader.forge.head(of: "main") == .found(commits[2]))
    }
  }

  /// `Int64.min` once ended the process: the time to wait was its difference to the answer's own `Date`.
  @Test(arguments: [
    ("X-RateLimit-Reset", "-9223372036854775808"), ("X-RateLimit-Reset", "9223372036854775807"),
    ("X-RateLimit-Reset", "253402300800"), ("X-RateLimit-Reset", "soon"),
    ("X-RateLimit-Reset", "0"), ("Retry-After", "9223372036854775807"),
    ("Retry-After", "99999999999999999999"), ("Retry-After", "Fri, 31 Dec 9999 23:59:60 GMT"),
    ("Retry-After", "Sat, 01 Jan 0000 00:00:00 GMT"), ("Retry-After", "-1"),
  ])
  func `a limit that ends at no possible time is still only a limit`(name: String, value: String)
    async throws
  {
    for date in ["Fri, 12 Jun 2026 22:00:00 GMT", "Sat, 01 Jan 0000 00:00:00 GMT", "today"] {
      let headers = [
        HTTPHeader("X-RateLimit-Remaining", "0"), HTTPHeader("Date", date), HTTPHeader(name, value),
      ]
      try await withReader(.github) { state in
        state.commits = commits
        state.branches = ["main": commits[2]]
        state.faults = [("branches", Self.answer(403, headers))]
      } _: { reader in
        #expect(await reader.forge.head(of: "main").cause == .rateLimited, "\(date)")
        reader.script.change { $0.faults = [] }
        // However far away it is said to be, the forge is asked again.
        reader.clock.advance(by: .minutes(71))

        #expect(await reader.forge.head(of: "main") == .found(commits[2]), "\(date)")
      }
    }
  }

  @Test func `a secondary limit is told from a missing permission`() async throws {
    try await withReader(.github) { state in
      state.faults = [("branches", Self.answer(403, [HTTPHeader("Retry-After", "30")]))]
    } _: { reader in
      #expect(await reader.forge.head(of: "main").cause == .rateLimited)
    }
  }

  @Test(arguments: Kind.allCases)
  func `every request carries the token and says who asks`(kind: Kind) async throws {
    try await withReader(kind) { state in
      state.commits = commits
      state.branches = ["main": commits[2]]
    } _: { reader in
      _ = await reader.forge.head(of: "main")

      let received = try #require(reader.server.received.first)
      #expect(received.value(of: "authorization") == "Bearer t0ken")
      #expect(received.value(of: "user-agent") == "pawl/tests")
    }
  }

  @Test func `what has not changed is not sent again`() async throws {
    let body = #"{"commit": {"sha": "\#(commits[2])"}}"#
    try await withReader(.github) { reader in
      reader.script.change {
        $0.faults = [("branches", Self.answer(200, [HTTPHeader("ETag", "W/\"a\"")], body))]
      }
      #expect(await reader.forge.head(of: "main") == .found(commits[2]))
      reader.script.change { $0.faults = [("branches", .answer(304))] }

      #expect(await reader.forge.head(of: "main") == .found(commits[2]))

      #expect(reader.server.received.last?.value(of: "if-none-match") == "W/\"a\"")
    }
  }
}
