import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Registries

/// Registries whose token service is known need not refuse anybody first.
struct KnownServiceTests {
  private let repository: RepositoryName = "acme/platform"
  private let image = FixtureImage.release(of: "2222222222222222222222222222222222222222").built

  /// What a registry with tokens, and its service at `/token`, are asked for one look at a tag.
  private func requests(knowing path: String) async throws -> [String] {
    let registry = MemoryRegistry()
    let tokens = MemoryTokens()
    registry.hold(image, in: repository, tags: ["latest"])
    return try await withFaultyServer({ received in
      received.target.hasPrefix("/token")
        ? tokens.reply(to: received)
        : received.target.hasPrefix("/moved") ? .answer(404) : registry.reply(to: received)
    }) { server in
      registry.demandTokens(of: server.address)
      try await Connections.open(version: "tests") { connections in
        let credential = try RegistryCredential(
          user: "alice", password: Secret("planted-secret"), of: "the tests")
        let login = RegistryLogin(
          host: server.host, source: GivenCredential(credential, isSentUnasked: false),
          tokens: TokenService(
            address: server.address, target: try #require(RequestTarget(path)), service: "memory"))
        let location = ImageLocation(registry: server.host, repository: repository)

        let reading = await OCIRegistry(connections: connections, logins: [login])
          .digest(of: location.at("latest" as TagName))
        #expect(reading == .found(image.digest))
      }
      return server.received.map { "\($0.method) \($0.target.prefix { $0 != "?" })" }
    }
  }

  @Test func `a token is fetched before the first request`() async throws {
    #expect(
      try await requests(knowing: "/token") == [
        "GET /token", "HEAD /v2/acme/platform/manifests/latest",
      ])
  }

  @Test func `a service that has moved is found as that of any other registry`() async throws {
    #expect(
      try await requests(knowing: "/moved") == [
        "GET /moved", "HEAD /v2/acme/platform/manifests/latest", "GET /token",
        "HEAD /v2/acme/platform/manifests/latest",
      ])
  }

  @Test func `GHCR and Docker Hub are known, and no other`() {
    #expect(TokenService.known["ghcr.io"]?.address == "https://ghcr.io")
    #expect(TokenService.known["docker.io"]?.address == "https://auth.docker.io")
    #expect(TokenService.known["ghcr.io.example.com"] == nil)
  }
}
