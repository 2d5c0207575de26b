import Capabilities
import Foundation
import Registries
import SystemPackage
import TestSupport
import Testing
import Transport
import Vocabulary

/// Signing in to the CNCF registry: with tokens of a service, and over TLS with a private authority.
struct RealTokenTests {
  static let repository: RepositoryName = "acme/platform"
  static let commit: Commit = "2222222222222222222222222222222222222222"
  static let image = FixtureImage.release(of: commit)

  private func login(_ host: RegistryHost, password: String) throws -> RegistryLogin {
    let credential = try RegistryCredential(
      user: RegistryServer.user, password: Secret(password), of: "the tests")
    return RegistryLogin(host: host, source: GivenCredential(credential, isSentUnasked: false))
  }

  @Test func `images are read and tags are moved with tokens`() async throws {
    try await withTokenRegistry { server, tokens in
      let digest = try await server.push(Self.image, to: Self.repository)
      let before = tokens.received.count
      try await Connections.open(version: "tests") { connections in
        let location = ImageLocation(registry: server.host, repository: Self.repository)
        let registry = OCIRegistry(
          connections: connections,
          logins: [try login(server.host, password: RegistryServer.password)], written: [location])

        #expect(await registry.inspect(location.at(digest)).value?.commit == Self.commit)
        let write = TagWrite(location: location, tag: "latest", digest: digest)
        #expect(await registry.point(write) == .written)
      }
      #expect(tokens.received.count - before == 1)
    }
  }

  @Test func `a service that grants no pushing is found out by the refused write`() async throws {
    var manner = TokenServer.Manner()
    manner.readOnly = ["acme/readonly"]
    try await withTokenRegistry(manner) { server, _ in
      try await Connections.open(version: "tests") { connections in
        let location = ImageLocation(registry: server.host, repository: "acme/readonly")
        let registry = OCIRegistry(
          connections: connections,
          logins: [try login(server.host, password: RegistryServer.password)], written: [location])

        #expect(await registry.inspect(location.at("latest" as TagName)) == .absent)
        // Nothing can be pushed there, so what is pointed at cannot be there either.
        let write = TagWrite(location: location, tag: "latest", digest: Self.image.built.digest)
        guard case .refused = await registry.point(write) else {
          Issue.record("expected a refusal")
          return
        }
      }
    }
  }

  @Test func `a wrong password gets no token`() async throws {
    try await withTokenRegistry { server, _ in
      try await Connections.open(version: "tests") { connections in
        let location = ImageLocation(registry: server.host, repository: Self.repository)
        let registry = OCIRegistry(
          connections: connections, logins: [try login(server.host, password: "planted-secret")])

        let unknown = try unknown(await registry.inspect(location.at("latest" as TagName)))
        #expect(unknown.cause == .unauthorized)
        #expect(unknown.detail.contains("gave 'pawl' of the tests no token"))
        #expect(!unknown.detail.contains("planted-secret"))
      }
    }
  }

  @Test func `what docker login has left opens a registry with tokens`() async throws {
    try await withTokenRegistry { server, _ in
      let digest = try await server.push(Self.image, to: Self.repository)
      try await withTemporaryDirectory { directory in
        let pair = Data("\(RegistryServer.user):\(RegistryServer.password)".utf8)
        try Data(
          #"{"auths": {"\#(server.host)": {"auth": "\#(pair.base64EncodedString())"}}}"#.utf8
        )
        .write(to: URL(fileURLWithPath: directory.appending("config.json").string))
        try await Connections.open(version: "tests") { connections in
          let source = DockerConfigSource(
            environment: ["DOCKER_CONFIG": directory.string], silence: .isRefused)
          let registry = OCIRegistry(connections: connections, otherwise: source)
          let location = ImageLocation(registry: server.host, repository: Self.repository)

          #expect(await registry.inspect(location.at(digest)).value?.commit == Self.commit)
          let identity = try await registry.identity(for: location)
          #expect(identity == "'pawl' of \(directory)/config.json")
        }
      }
    }
  }

  // MARK: TLS

  @Test func `a private authority is trusted for the registry it was named for`() async throws {
    try await withRegistry(.privateTLS) { server in
      let digest = try await server.push(Self.image, to: Self.repository)
      try await Connections.open(version: "tests") { connections in
        let authority = try #require(server.authority)
        let registry = OCIRegistry(
          connections: connections,
          logins: [
            RegistryLogin(
              host: server.host, source: Anonymous(),
              trust: try TrustRoots(pem: authority, file: "ca.pem"))
          ])
        let location = ImageLocation(registry: server.host, repository: Self.repository)

        #expect(await registry.inspect(location.at(digest)).value?.commit == Self.commit)
        let write = TagWrite(location: location, tag: "latest", digest: digest)
        #expect(await registry.point(write) == .written)
      }
    }
  }

  @Test func `an authority that nobody knows is not trusted, and the message says so`() async throws
  {
    try await withRegistry(.privateTLS) { server in
      try await withTemporaryDirectory { directory in
        try await Connections.open(version: "tests") { connections in
          let other = try await TestAuthority.other(in: directory)
          let registry = OCIRegistry(
            connections: connections,
            logins: [
              RegistryLogin(
                host: server.host, source: Anonymous(),
                trust: try TrustRoots(pem: other, file: "ca.pem"))
            ])
          let location = ImageLocation(registry: server.host, repository: Self.repository)

          let unknown = try unknown(await registry.inspect(location.at("latest" as TagName)))
          #expect(unknown.cause == .unreachable)
          #expect(unknown.detail.contains("certificate"))
        }
      }
    }
  }

  @Test func `a file without a certificate is refused`() {
    #expect(throws: Malformed.self) { try TrustRoots(pem: Array("no".utf8), file: "ca.pem") }
  }
}
