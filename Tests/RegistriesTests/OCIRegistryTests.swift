import Capabilities
import Registries
import TestSupport
import Testing
import Transport
import Vocabulary

/// The contract of ``Registry``, against the CNCF registry.
struct OCIRegistryTests {
  static let repository: RepositoryName = "acme/platform"
  static let older: Commit = "1111111111111111111111111111111111111111"
  static let newer: Commit = "2222222222222222222222222222222222222222"
  static let source = "https://git.example/acme/platform"

  static func image(_ commit: Commit) -> FixtureImage {
    .release(
      of: commit, source: source, files: [.init("app/version", Array(commit.text.utf8))])
  }

  /// Runs `body` with a real registry and the adapter that speaks to it.
  func withAdapter(
    access: RegistryServer.Access = .open,
    logins: (RegistryHost) throws -> [RegistryLogin] = { _ in [] },
    platform: ImagePlatform = ImagePlatform(os: "linux", architecture: "amd64"),
    _ body: (RegistryServer, OCIRegistry, ImageLocation) async throws -> Void
  ) async throws {
    try await withRegistry(access) { server in
      try await Connections.open(version: "tests") { connections in
        let registry = OCIRegistry(
          connections: connections, logins: try logins(server.host), platform: platform)
        let location = ImageLocation(registry: server.host, repository: Self.repository)
        try await body(server, registry, location)
      }
    }
  }

  // MARK: Inspecting

  @Test(arguments: [FixtureImage.Format.oci, .docker])
  func `an image is inspected by tag and by digest`(format: FixtureImage.Format) async throws {
    try await withAdapter { server, registry, location in
      var image = Self.image(Self.newer)
      image.format = format
      let digest = try await server.push(image, to: Self.repository, tags: ["staging"])

      let expected = ImageFacts(
        digest: digest, revision: .value("2222222222222222222222222222222222222222"),
        source: .value("https://git.example/acme/platform"))
      #expect(await registry.inspect(location.at("staging" as TagName)) == .found(expected))
      #expect(await registry.inspect(location.at(digest)) == .found(expected))
    }
  }

  @Test(arguments: ["amd64", "arm64", "s390x"])
  func `an index says what all of its images say, on whichever machine it is read`(
    architecture: String
  ) async throws {
    let platform = ImagePlatform(os: "linux", architecture: architecture)
    try await withAdapter(platform: platform) { server, registry, location in
      var other = Self.image(Self.newer)
      other.architecture = "arm64"
      let index = FixtureIndex([other, Self.image(Self.newer)], attests: true)
      let digest = try await server.push(index, to: Self.repository, tags: ["staging"])

      let facts = try #require(await registry.inspect(location.at("staging" as TagName)).value)
      #expect(facts.digest == digest)
      #expect(facts.commit == Self.newer)
    }
  }

  @Test func `an index whose images differ has no commit, and says which says what`() async throws {
    try await withAdapter { server, registry, location in
      var other = Self.image(Self.older)
      other.architecture = "arm64"
      let index = FixtureIndex([Self.image(Self.newer), other], attests: true)
      let digest = try await server.push(index, to: Self.repository, tags: ["mixed"])

      let facts = try #require(await registry.inspect(location.at("mixed" as TagName)).value)
      #expect(facts.digest == digest)
      #expect(facts.commit == nil)
      #expect(
        facts.revision
          == .mixed([
            .init(platform: "linux/amd64", value: Self.newer.text),
            .init(platform: "linux/arm64", value: Self.older.text),
          ]))
      #expect(facts.source == .value(Self.source))
    }
  }

  @Test func `an index of more images than are judged is unknown`() async throws {
    try await withAdapter { server, registry, location in
      let images = (0..<33).map { number in
        var image = Self.image(Self.newer)
        image.architecture = "cpu\(number)"
        return image
      }
      let digest = try await server.push(
        FixtureIndex(images, attests: false), to: Self.repository)

      let unknown = try unknown(await registry.inspect(location.at(digest)))
      #expect(unknown.cause == .tooLarge)
      #expect(unknown.detail.hasSuffix("expected at most 32 images"))
    }
  }

  @Test func `an index without an image for the platform that runs says what it offers`()
    async throws
  {
    try await withAdapter { server, registry, location in
      let images = ["arm64", "s390x"].map { architecture in
        var image = Self.image(Self.newer)
        image.architecture = architecture
        return image
      }
      let index = FixtureIndex(images, attests: true)
      let digest = try await server.push(index, to: Self.repository)

      let unknown = try unknown(await registry.runnable(location.at(digest)))
      #expect(unknown.cause == .unanswerable)
      #expect(
        unknown.detail.hasSuffix(
          "expected an image for linux/amd64, found linux/arm64, linux/s390x"))
    }
  }

  @Test func `missing labels are missing, not unknown`() async throws {
    try await withAdapter { server, registry, location in
      var image = FixtureImage()
      image.layers = [[.init("a", [1])]]
      let digest = try await server.push(image, to: Self.repository)

      #expect(
        await registry.inspect(location.at(digest))
          == .found(ImageFacts(digest: digest, revision: .missing, source: .missing)))
    }
  }

  @Test func `a tag, a digest and a repository that are not there are absent`() async throws {
    try await withAdapter { server, registry, location in
      try await server.push(Self.image(Self.newer), to: Self.repository, tags: ["staging"])
      let elsewhere = ImageLocation(registry: server.host, repository: "acme/nothing")

      #expect(await registry.inspect(location.at("latest" as TagName)) == .absent)
      #expect(await registry.inspect(location.at(Self.image(Self.older).built.digest)) == .absent)
      #expect(await registry.inspect(elsewhere.at("latest" as TagName)) == .absent)
    }
  }

  @Test func `an image whose config is gone is unknown, not absent`() async throws {
    try await withAdapter { server, registry, location in
      let image = Self.image(Self.newer).built
      let digest = try await server.push(image, to: Self.repository)
      try await server.deleteBlob(Self.repository, TestSupport.digest(of: image.blobs[0]))

      let unknown = try unknown(await registry.inspect(location.at(digest)))
      #expect(unknown.cause == .incomplete)
      #expect(unknown.detail.hasSuffix("the image names this config, and it is not there"))
    }
  }

  @Test func `an index is incomplete when the image of any platform is gone`() async throws {
    try await withAdapter { server, registry, location in
      var other = Self.image(Self.newer)
      other.architecture = "arm64"
      let index = FixtureIndex([Self.image(Self.newer), other], attests: true)
      let digest = try await server.push(index, to: Self.repository)
      try await server.delete(Self.repository, other.built.digest)

      let unknown = try unknown(await registry.inspect(location.at(digest)))
      #expect(unknown.cause == .incomplete)
      #expect(unknown.detail.hasSuffix("the image names this manifest, and it is not there"))
    }
  }

  @Test func `a registry that is down is unknown`() async throws {
    let host: RegistryHost = "127.0.0.1:1"

    try await Connections.open(version: "tests") { connections in
      let registry = OCIRegistry(connections: connections)
      let location = ImageLocation(registry: host, repository: Self.repository)
      let unknown = try unknown(await registry.inspect(location.at("latest" as TagName)))
      #expect(unknown.cause == .unreachable)
    }
  }

  // MARK: Signing in

  @Test func `the right password opens the registry`() async throws {
    try await withAdapter(
      access: .password,
      logins: {
        [
          try RegistryLogin($0, user: RegistryServer.user, password: RegistryServer.password)
        ]
      }
    ) { server, registry, location in
      let digest = try await server.push(Self.image(Self.newer), to: Self.repository)

      #expect(await registry.inspect(location.at(digest)).value?.commit == Self.newer)
      let write = TagWrite(location: location, tag: "latest", digest: digest)
      #expect(await registry.point(write) == .written)
    }
  }

  @Test func `a wrong password is unauthorized and is not shown`() async throws {
    try await withAdapter(
      access: .password,
      logins: {
        [
          try RegistryLogin($0, user: RegistryServer.user, password: "planted-secret")
        ]
      }
    ) { server, registry, location in
      let digest = try await server.push(Self.image(Self.newer), to: Self.repository)

      let unknown = try unknown(await registry.inspect(location.at(digest)))
      #expect(unknown.cause == .unauthorized)
      #expect(
        unknown.detail == "\(server.host) did not accept 'pawl' of the tests")
    }
  }

  @Test func `no password is unauthorized, and a tag that may exist is not absent`() async throws {
    try await withAdapter(access: .password) { server, registry, location in
      let unknown = try unknown(await registry.inspect(location.at("latest" as TagName)))
      #expect(unknown.cause == .unauthorized)
      #expect(
        unknown.detail
          == "\(server.host) asks for a user and a password, and none is configured for it")
    }
  }

  @Test func `a password for one host is not sent to another`() async throws {
    try await withAdapter(
      access: .password,
      logins: { _ in
        [
          try RegistryLogin(
            "127.0.0.1", user: RegistryServer.user, password: RegistryServer.password)
        ]
      }
    ) { _, registry, location in
      let unknown = try unknown(await registry.inspect(location.at("latest" as TagName)))
      #expect(unknown.cause == .unauthorized)
    }
  }

  // MARK: Pointing

  @Test func `a tag is set, moved and moved back, byte for byte`() async throws {
    try await withAdapter { server, registry, location in
      let first = Self.image(Self.older).built
      let second = FixtureIndex([Self.image(Self.newer)], attests: true).built
      for manifest in [first, second] { try await server.push(manifest, to: Self.repository) }

      for manifest in [first, second, first] {
        let write = TagWrite(location: location, tag: "latest", digest: manifest.digest)
        #expect(await registry.point(write) == .written)
        #expect(try await server.manifest(Self.repository, "latest") == manifest.bytes)
        let facts = await registry.inspect(location.at("latest" as TagName)).value
        #expect(facts?.digest == manifest.digest)
      }
    }
  }

  @Test func `pointing twice is written twice and changes nothing`() async throws {
    try await withAdapter { server, registry, location in
      let image = Self.image(Self.newer).built
      let digest = try await server.push(image, to: Self.repository, tags: ["latest"])
      let write = TagWrite(location: location, tag: "latest", digest: digest)

      #expect(await registry.point(write) == .written)
      #expect(await registry.point(write) == .written)
      #expect(try await server.manifest(Self.repository, "latest") == image.bytes)
    }
  }

  @Test func `a digest that does not lie in the repository is refused and the tag stays`()
    async throws
  {
    try await withAdapter { server, registry, location in
      let present = Self.image(Self.older).built
      let elsewhere = Self.image(Self.newer)
      try await server.push(present, to: Self.repository, tags: ["latest"])
      let digest = try await server.push(elsewhere, to: "acme/other")

      let result = await registry.point(
        TagWrite(location: location, tag: "latest", digest: digest))

      #expect(
        result
          == .refused(
            Unknown(
              .unanswerable,
              "\(location): expected \(digest.short) there before latest points at it")))
      #expect(try await server.manifest(Self.repository, "latest") == present.bytes)
    }
  }

  @Test func `a registry that is down refuses, because nothing was sent`() async throws {
    let host: RegistryHost = "127.0.0.1:1"

    try await Connections.open(version: "tests") { connections in
      let registry = OCIRegistry(connections: connections)
      let location = ImageLocation(registry: host, repository: Self.repository)
      let result = await registry.point(
        TagWrite(location: location, tag: "latest", digest: Self.image(Self.newer).built.digest))
      guard case .refused(let unknown) = result else {
        Issue.record("expected a refusal, found \(result)")
        return
      }
      #expect(unknown.cause == .unreachable)
    }
  }
}

/// What kept `reading` from being an answer.
func unknown<Value>(_ reading: Reading<Value>) throws -> Unknown {
  switch reading {
  case .unknown(let unknown): return unknown
  case .absent: throw TestFailure("expected unknown, found absent")
  case .found(let value): throw TestFailure("expected unknown, found \(value)")
  }
}
