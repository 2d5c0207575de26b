import Capabilities
import Foundation
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Registries

/// How tokens are asked for, shared and given up, against a registry and a token service that answer by
/// script.
struct SignInTests {
  typealias Received = FaultyServer.Received
  typealias Reply = FaultyServer.Reply

  static let repository: RepositoryName = "acme/platform"
  static let image = FixtureImage.release(of: "2222222222222222222222222222222222222222").built

  /// One server that is both: `/token` makes tokens, everything else wants one.
  private func withScript(
    realm: @escaping @Sendable (Received) -> String = {
      "http://\($0.value(of: "host") ?? "")/token"
    },
    source: (any CredentialSource)? = nil, written: [RepositoryName] = [],
    clock: any Clock<Duration> = ManualClock(),
    token: @escaping @Sendable (Received) -> Reply = Self.token,
    registry: @escaping @Sendable (Received) -> Reply? = { _ in nil },
    _ body: (OCIRegistry, ImageLocation, FaultyServer) async throws -> Void
  ) async throws {
    try await withFaultyServer({ received in
      if received.target.hasPrefix("/token") { return token(received) }
      if let reply = registry(received) { return reply }
      guard received.value(of: "authorization")?.hasPrefix("Bearer token-") == true else {
        // What GHCR answers to a bare ping: a scope of nobody's.
        return Self.challenge(realm(received), #","scope="repository:user/image:pull""#)
      }
      return received.answered(byRegistryHolding: Self.image, in: Self.repository, at: "latest")
    }) { server in
      try await Connections.open(version: "tests") { connections in
        let credential = try RegistryCredential(
          user: "alice", password: Secret("planted-secret"), of: "the tests")
        let login = RegistryLogin(
          host: server.host,
          source: source ?? GivenCredential(credential, isSentUnasked: false))
        let locations = written.map { ImageLocation(registry: server.host, repository: $0) }
        let registry = OCIRegistry(
          connections: connections, logins: [login], written: locations, clock: clock)
        try await body(
          registry, ImageLocation(registry: server.host, repository: Self.repository), server)
      }
    }
  }

  @Sendable static func token(_ received: Received) -> Reply {
    .answer(200, body: Array(#"{"token": "token-\#(received.before)", "expires_in": 300}"#.utf8))
  }

  static func challenge(_ realm: String, _ rest: String = "") -> Reply {
    let value = #"Bearer realm="\#(realm)",service="the service"\#(rest)"#
    return .answer(401, headers: [HTTPHeader("WWW-Authenticate", value)])
  }

  private static func scopes(_ received: Received) -> [String] {
    (URLComponents(string: received.target)?.queryItems ?? []).filter { $0.name == "scope" }
      .compactMap(\.value)
  }

  // MARK: Asking

  @Test func `a token is asked for with the credential and the scope of what is done`() async throws
  {
    try await withScript { registry, location, server in
      #expect(await registry.inspect(location.at("latest" as TagName)).value != nil)

      let asked = server.received.filter { $0.target.hasPrefix("/token") }
      #expect(asked.count == 1)
      #expect(Self.scopes(asked[0]) == ["repository:acme/platform:pull"])
      #expect(asked[0].target.contains("service=the%20service"))
      #expect(asked[0].value(of: "authorization") == "Basic YWxpY2U6cGxhbnRlZC1zZWNyZXQ=")
      // The registry itself is never shown the password.
      let shown = server.received.filter { !$0.target.hasPrefix("/token") }
        .compactMap { $0.value(of: "authorization") }
      #expect(shown.allSatisfy { $0.hasPrefix("Bearer token-") })
      #expect(server.received.map(\.method) == ["GET", "GET", "GET", "GET"])
    }
  }

  @Test func `one token is asked for that serves everything that will be written`() async throws {
    try await withScript(written: ["acme/platform", "acme/platform-tenant"]) {
      registry, location, server in
      #expect(await registry.inspect(location.at("latest" as TagName)).value != nil)
      let write = TagWrite(location: location, tag: "stable", digest: Self.image.digest)
      #expect(await registry.point(write) == .written)

      let asked = server.received.filter { $0.target.hasPrefix("/token") }
      #expect(
        asked.map(Self.scopes) == [
          ["repository:acme/platform:pull,push", "repository:acme/platform-tenant:pull,push"]
        ])
    }
  }

  @Test func `many who come at once are refused once and share one token`() async throws {
    try await withScript { registry, location, server in
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask { _ = await registry.inspect(location.at("latest" as TagName)) }
        }
      }

      #expect(server.received.count { $0.target.hasPrefix("/token") } == 1)
      #expect(server.received.count { $0.value(of: "authorization") == nil } == 1)
    }
  }

  @Test func `whoever waits for the first one to be refused does not wait for its answer`()
    async throws
  {
    try await withScript(registry: { received in
      received.value(of: "authorization") == nil ? nil : .silence
    }) { registry, location, server in
      await withTaskGroup(of: Void.self) { group in
        for tag in ["latest", "stable"] as [TagName] {
          group.addTask { _ = await registry.inspect(location.at(tag)) }
        }
        // One refusal, one token, and both of them with it.
        await server.waitForRequests(4)
        group.cancelAll()
      }

      #expect(Set(server.received.dropFirst(2).prefix(2).map(\.target)).count == 2)
    }
  }

  @Test(arguments: [
    (#""300""#, 300), ("300.5", 300), (#""soon""#, 60), (#""nan""#, 60), ("null", 60), ("[]", 60),
    ("1e999", 60), ("-5", 1),
  ])
  func `a lifetime may be written as text, and rubbish counts as unsaid`(
    written: String, seconds: Int
  ) throws {
    let clock = ManualClock()
    let body = Array(#"{"token": "t", "expires_in": \#(written)}"#.utf8)
    let token = try #require(
      BearerToken(
        HTTPAnswer(status: 200, headers: [], body: body), scopes: [], identity: nil, clock: clock))

    #expect(token.isFresh)
    // A part of it is left unused: a quarter, ten seconds at most.
    let used = Duration.seconds(seconds) - min(.seconds(seconds) / 4, .seconds(10))
    clock.advance(by: used - .milliseconds(1))
    #expect(token.isFresh)
    clock.advance(by: .milliseconds(2))
    #expect(!token.isFresh)
  }

  @Test func `a token that is about to run out is not used any more`() async throws {
    let clock = ManualClock()
    try await withScript(clock: clock) { registry, location, server in
      for (passed, tokens) in [(Duration.zero, 1), (.seconds(289), 1), (.seconds(2), 2)] {
        clock.advance(by: passed)
        #expect(await registry.inspect(location.at("latest" as TagName)).value != nil)
        #expect(server.received.count { $0.target.hasPrefix("/token") } == tokens)
      }
    }
  }

  @Test func `a token without a lifetime lives for a minute`() async throws {
    let clock = ManualClock()
    try await withScript(
      clock: clock, token: { .answer(200, body: Array(#"{"token": "token-\#($0.before)"}"#.utf8)) }
    ) { registry, location, server in
      for (passed, tokens) in [(Duration.zero, 1), (.seconds(49), 1), (.seconds(2), 2)] {
        clock.advance(by: passed)
        #expect(await registry.inspect(location.at("latest" as TagName)).value != nil)
        #expect(server.received.count { $0.target.hasPrefix("/token") } == tokens)
      }
    }
  }

  @Test func `a service that grants only one scope at a time is asked for each`() async throws {
    try await withScript(
      written: ["acme/platform", "acme/platform-tenant"],
      token: { Self.scopes($0).count > 1 ? .answer(400) : Self.token($0) }
    ) { registry, location, server in
      #expect(await registry.inspect(location.at("latest" as TagName)).value != nil)
      #expect(
        server.received.filter { $0.target.hasPrefix("/token") }.map(Self.scopes).last
          == ["repository:acme/platform:pull"])
    }
  }

  @Test func `a token that turns out too narrow is replaced once by an exact one`() async throws {
    try await withScript(registry: { received in
      received.value(of: "authorization") == "Bearer token-1"
        ? Self.challenge(
          "http://\(received.value(of: "host") ?? "")/token", #",error="insufficient_scope""#) : nil
    }) { registry, location, server in
      #expect(await registry.inspect(location.at("latest" as TagName)).value != nil)
      #expect(server.received.count { $0.target.hasPrefix("/token") } == 2)
    }
  }

  @Test func `a token for all that does not do for one is replaced by an exact one`() async throws {
    try await withScript(
      written: ["acme/platform", "acme/platform-tenant"],
      registry: { received in
        received.value(of: "authorization") == "Bearer token-1" ? .answer(403) : nil
      }
    ) { registry, location, server in
      #expect(await registry.inspect(location.at("latest" as TagName)).value != nil)
      #expect(
        server.received.filter { $0.target.hasPrefix("/token") }.map(Self.scopes).last
          == ["repository:acme/platform:pull"])
    }
  }

  @Test func `a registry that refuses every token is believed, in words`() async throws {
    try await withScript(registry: { received in
      received.value(of: "authorization") == nil
        ? nil : Self.challenge("http://\(received.value(of: "host") ?? "")/token")
    }) { registry, location, server in
      let unknown = try unknown(await registry.inspect(location.at("latest" as TagName)))
      #expect(unknown.cause == .unauthorized)
      #expect(
        unknown.detail
          == "\(location.registry) does not let 'alice' of the tests have "
          + "repository:acme/platform:pull, or knows no such repository")
      #expect(server.received.count == 5)
    }
  }

  @Test(arguments: [
    (Reply.answer(401), Unknown.Cause.unauthorized), (.answer(403), .forbidden),
    (.answer(200, body: Array("rubbish".utf8)), .malformed),
    (.answer(200, body: Array(#"{"token": ""}"#.utf8)), .malformed),
    (.answer(200, body: Array(#"{"token": "a b"}"#.utf8)), .malformed),
  ])
  func `a service that makes no token is named, and nothing is shown`(
    reply: Reply, cause: Unknown.Cause
  ) async throws {
    try await withScript(token: { _ in reply }) { registry, location, _ in
      let unknown = try unknown(await registry.inspect(location.at("latest" as TagName)))
      #expect(unknown.cause == cause)
      #expect(!unknown.detail.contains("planted-secret"))
    }
  }

  @Test func `a write that is refused for its token was not applied`() async throws {
    try await withScript(registry: { received in
      received.method == "PUT"
        ? Self.challenge("http://\(received.value(of: "host") ?? "")/token") : nil
    }) { registry, location, _ in
      let write = TagWrite(location: location, tag: "latest", digest: Self.image.digest)
      guard case .refused(let unknown) = await registry.point(write) else {
        Issue.record("expected a refusal")
        return
      }
      #expect(unknown.cause == .unauthorized)
    }
  }

  // MARK: Identity tokens

  private static let identity = GivenCredential(
    RegistryCredential(.identityToken(Secret("planted&token")), identity: "the token of the tests"),
    isSentUnasked: false)

  @Test func `an identity token is exchanged by POST`() async throws {
    try await withScript(source: Self.identity) { registry, location, server in
      #expect(await registry.inspect(location.at("latest" as TagName)).value != nil)

      let asked = try #require(server.received.first { $0.target.hasPrefix("/token") })
      #expect(asked.method == "POST")
      #expect(
        String(decoding: asked.body, as: UTF8.self)
          == "grant_type=refresh_token&client_id=pawl&scope=repository%3Aacme%2Fplatform%3Apull"
          + "&service=the%20service&refresh_token=planted%26token")
    }
  }

  @Test func `a service without the exchange is asked the old way`() async throws {
    try await withScript(
      source: Self.identity,
      token: { $0.method == "POST" ? .answer(404) : Self.token($0) }
    ) { registry, location, server in
      #expect(await registry.inspect(location.at("latest" as TagName)).value != nil)
      #expect(
        server.received.filter { $0.target.hasPrefix("/token") }.map(\.method) == ["POST", "GET"])
    }
  }

  // MARK: Where credentials go

  @Test(arguments: [
    ("https://10.0.0.1/token", "10.0.0.1", true), ("https://[fd00::1]/token", "fd00::1", true),
    ("https://169.254.169.254/latest", "169.254.169.254", true),
    ("http://auth.example/token", "auth.example", true),
    ("https://auth.example/token", "auth.example", false),
    ("https://registry.example/token", "registry.example", false),
    ("ftp://auth.example", "", true), ("", "", true),
  ])
  func `a credential goes to no realm that could be meant to steal it`(
    realm: String, host: String, isRefused: Bool
  ) throws {
    let challenge = Challenge(scheme: .bearer, parameters: ["realm": realm])
    let login = RegistryLogin(host: "registry.example", source: Anonymous())

    #expect(((try? TokenService(challenge, of: login)) == nil) == isRefused)
  }

  @Test func `a realm on plain HTTP is refused before anything is sent to it`() async throws {
    try await withScript(realm: { _ in "http://auth.example/token" }) {
      registry, location, server in
      let unknown = try unknown(await registry.inspect(location.at("latest" as TagName)))
      #expect(unknown.cause == .forbidden)
      #expect(unknown.detail.contains("which is not https; no credential is sent there"))
      #expect(server.received.count == 1)
    }
  }

  @Test func `nobody in particular gets a token too`() async throws {
    try await withScript(source: Anonymous()) { registry, location, server in
      #expect(await registry.inspect(location.at("latest" as TagName)).value != nil)
      #expect(
        server.received.first { $0.target.hasPrefix("/token") }?.value(of: "authorization") == nil)
    }
  }

  @Test func `scopes grow together and keep their order`() {
    let both = [TokenScope.pull("a")].merged(with: [.push("b"), .delete("a")])

    #expect(both.map(\.description) == ["repository:a:pull,push,delete", "repository:b:pull,push"])
    #expect(both.covers([.pull("b"), .push("a")]))
    #expect(![TokenScope.pull("a")].covers([.push("a")]))
  }
}
