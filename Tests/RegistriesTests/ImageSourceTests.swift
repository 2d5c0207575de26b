import Capabilities
import Registries
import Synchronization
import TestSupport
import Testing
import Transport
import Vocabulary

/// The contract of ``ImageSource``, against the CNCF registry and against faults.
struct ImageSourceTests {
  static let repository: RepositoryName = "acme/platform"

  static func image() -> FixtureImage {
    var image = FixtureImage()
    image.entrypoint = ["/app/tenant"]
    image.command = ["--port", "8080"]
    image.environment = ["PAWL_A=1", "PAWL_B=2"]
    image.workingDirectory = "/app"
    image.layers = [
      [.init("app/base", Array("base".utf8))],
      [.init("app/tenant", [UInt8](repeating: 7, count: 300_000), mode: 0o755)],
    ]
    return image
  }

  @Test(arguments: [FixtureImage.Compression.none, .gzip])
  func `a runnable image names its process and its layers, and each layer can be fetched`(
    compression: FixtureImage.Compression
  ) async throws {
    try await withRegistry { server in
      try await Connections.open(version: "tests") { connections in
        var image = Self.image()
        image.compression = compression
        let built = image.built
        let digest = try await server.push(built, to: Self.repository)
        let location = ImageLocation(registry: server.host, repository: Self.repository)
        let registry = OCIRegistry(connections: connections)

        let runnable = try #require(await registry.runnable(location.at(digest)).value)

        #expect(runnable.digest == digest)
        #expect(runnable.arguments == ["/app/tenant", "--port", "8080"])
        #expect(runnable.environment == ["PAWL_A=1", "PAWL_B=2"])
        #expect(runnable.workingDirectory == "/app")
        #expect(runnable.layers.map(\.size) == built.blobs.dropFirst().map { Int64($0.count) })
        for (layer, blob) in zip(runnable.layers, built.blobs.dropFirst()) {
          let taken = Mutex<[UInt8]>([])
          let reading = await registry.layer(layer, in: location) { bytes in
            taken.withLock { $0 += bytes }
          }
          #expect(reading == .found(Int64(blob.count)))
          #expect(taken.withLock { $0 } == blob)
        }
      }
    }
  }

  @Test func `the image of an index is the one of the platform`() async throws {
    try await withRegistry { server in
      try await Connections.open(version: "tests") { connections in
        var other = Self.image()
        other.architecture = "arm64"
        let index = FixtureIndex([Self.image(), other], attests: true)
        let digest = try await server.push(index, to: Self.repository)
        let location = ImageLocation(registry: server.host, repository: Self.repository)
        let registry = OCIRegistry(
          connections: connections, platform: ImagePlatform(os: "linux", architecture: "arm64"))

        #expect(await registry.runnable(location.at(digest)).value?.digest == other.built.digest)
      }
    }
  }

  @Test func `an image without a process cannot be run`() async throws {
    var image = Self.image()
    image.entrypoint = []
    image.command = []

    let reading = try await read(image.built) { registry, location, digest in
      await registry.runnable(location.at(digest))
    }

    #expect(
      try unknown(reading).detail.hasSuffix("expected an Entrypoint or a Cmd, found neither"))
  }

  @Test func `a layer whose bytes were altered is not found`() async throws {
    let built = Self.image().built
    var altered = built.blobs[2]
    altered[1_000] ^= 1
    let body = altered

    let reading = try await layer(of: built) { _ in .answer(200, body: body) }

    #expect(try unknown(reading).cause == .malformed)
    #expect(try unknown(reading).detail.contains("not the ones this digest stands for"))
  }

  @Test func `a layer that is longer than announced is cut off`() async throws {
    let built = Self.image().built

    let reading = try await layer(of: built) { _ in
      .endless(200, piece: [UInt8](repeating: 7, count: 100_000))
    }

    #expect(try unknown(reading).cause == .tooLarge)
  }

  @Test func `a layer that ends early is not found`() async throws {
    let built = Self.image().built
    let body = Array(built.blobs[2].dropLast(1))

    let reading = try await layer(of: built) { _ in .answer(200, body: body) }

    #expect(try unknown(reading).cause == .malformed)
  }

  @Test func `a layer in an object store is fetched there without the credential`() async throws {
    let built = Self.image().built
    let blob = built.blobs[2]
    try await withFaultyServer({ _ in .answer(200, body: blob) }) { store in
      let link = HTTPHeader("Location", "\(store.address)/bucket/x?sig=abc")

      let reading = try await layer(of: built, credential: true) { _ in
        .answer(307, headers: [link])
      }

      #expect(reading == .found(Int64(blob.count)))
      #expect(store.received.map(\.target) == ["/bucket/x?sig=abc"])
      #expect(store.received[0].value(of: "authorization") == nil)
    }
  }

  @Test func `a redirect that leads to another for ever is given up after five`() async throws {
    let built = Self.image().built
    try await withFaultyServer({ _ in
      .answer(307, headers: [HTTPHeader("Location", "/again?sig=abc")])
    }) { store in
      let link = HTTPHeader("Location", "\(store.address)/bucket?sig=abc")

      let reading = try await layer(of: built) { _ in .answer(307, headers: [link]) }

      #expect(try unknown(reading).cause == .malformed)
      #expect(try unknown(reading).detail.contains("one too many"))
      #expect(try !unknown(reading).detail.contains("sig"))
      #expect(store.received.count == 5)
    }
  }

  @Test func `what an object store lacks is unknown, not absent`() async throws {
    let built = Self.image().built
    try await withFaultyServer({ _ in .answer(404) }) { store in
      let link = HTTPHeader("Location", "\(store.address)/bucket")

      let reading = try await layer(of: built) { _ in .answer(307, headers: [link]) }

      #expect(try unknown(reading).cause == .malformed)
    }
  }

  @Test func `a layer the registry does not have is absent`() async throws {
    let reading = try await layer(of: Self.image().built) { _ in
      .answer(404, body: Array(#"{"errors":[{"code":"BLOB_UNKNOWN"}]}"#.utf8))
    }

    #expect(reading == .absent)
  }

  /// Fetches the upper layer of `built` from a registry that answers for it with `reply`.
  private func layer(
    of built: BuiltManifest, credential: Bool = false,
    _ reply: @escaping @Sendable (FaultyServer.Received) -> FaultyServer.Reply
  ) async throws -> Reading<Int64> {
    try await withFaultyServer({ received in
      received.target.contains("/blobs/")
        ? reply(received)
        : received.answered(byRegistryHolding: built, in: Self.repository, at: "latest")
    }) { server in
      let connections = Connections(version: "tests", clock: ManualClock(), fraction: { 1 })
      let logins = credential ? [try RegistryLogin(server.host, user: "a", password: "b")] : []
      let registry = OCIRegistry(connections: connections, logins: logins)
      let blob = built.blobs[2]
      let reading = await registry.layer(
        RunnableImage.Layer(
          digest: digest(of: blob), size: Int64(blob.count),
          mediaType: "application/vnd.oci.image.layer.v1.tar"),
        in: ImageLocation(registry: server.host, repository: Self.repository)
      ) { _ in }
      await connections.close()
      return reading
    }
  }

  private func read<Value>(
    _ built: BuiltManifest,
    _ ask: (OCIRegistry, ImageLocation, Digest) async -> Reading<Value>
  ) async throws -> Reading<Value> {
    try await withFaultyServer({ received in
      received.answered(byRegistryHolding: built, in: Self.repository, at: "latest")
    }) { server in
      try await Connections.open(version: "tests") { connections in
        await ask(
          OCIRegistry(connections: connections),
          ImageLocation(registry: server.host, repository: Self.repository), built.digest)
      }
    }
  }
}
