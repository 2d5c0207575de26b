import Capabilities
import Registries
import Synchronization
import TestSupport
import Testing
import Transport
import Vocabulary

/// Copies keep every digest, and send what is needed and no more.
struct CopyTests {
  static let repository: RepositoryName = "acme/platform"
  static let other: RepositoryName = "acme/copy"
  static let index = FixtureIndex(
    ["amd64", "arm64"].map { architecture in
      var image = FixtureImage.release(
        of: Stage.new, files: [.init("for", Array(architecture.utf8))])
      image.layers.insert([.init("base", Array("the same in every release".utf8))], at: 0)
      image.architecture = architecture
      return image
    }, attests: true
  ).built
  /// What is released next, and what is there, in the registries of the stage.
  static let next = Stage.image("platform", Stage.new)
  static let before = Stage.image("platform", Stage.old)

  private func location(_ server: RegistryServer, _ repository: RepositoryName) -> ImageLocation {
    ImageLocation(registry: server.host, repository: repository)
  }

  /// Copies ``index``, twice, because a repeat must do no harm.
  private func copyIndex(from source: ImageLocation, to target: ImageLocation) async throws {
    try await Connections.open(version: "tests") { connections in
      let registry = OCIRegistry(connections: connections)
      let copy = ImageCopy(digest: Self.index.digest, from: source, to: target, nearby: nil)

      #expect(await registry.copy(copy) == .copied)
      #expect(await registry.copy(copy) == .copied)
    }
  }

  @Test func `an index with attestations keeps its digest in another registry`() async throws {
    try await withRegistry { first in
      try await withRegistry { second in
        try await first.push(Self.index, to: Self.repository)

        try await copyIndex(
          from: location(first, Self.repository), to: location(second, Self.repository))

        for manifest in [Self.index] + Self.index.children {
          #expect(
            try await second.manifest(Self.repository, manifest.digest.text) == manifest.bytes)
          for blob in manifest.blobs {
            #expect(try await second.blob(Self.repository, digest(of: blob)) == blob)
          }
        }
      }
    }
  }

  @Test func `inside a registry nothing is sent but what lists the content`() async throws {
    try await withRegistry { server in
      try await server.push(Self.index, to: Self.repository)

      try await copyIndex(
        from: location(server, Self.repository), to: location(server, Self.other))

      #expect(try await server.manifest(Self.other, Self.index.digest.text) == Self.index.bytes)
    }
  }

  @Test func `what the destination shows already is not sent again`() async throws {
    try await Stage.run { stage, registry in
      let copy = ImageCopy(
        digest: Self.next.digest,
        from: ImageLocation(registry: stage.hosts[0], repository: Self.repository),
        to: ImageLocation(registry: stage.hosts[1], repository: Self.repository),
        nearby: Self.before.digest)

      #expect(await registry.copy(copy) == .copied)

      let shared = Self.next.children.flatMap(\.blobs).filter { blob in
        Self.before.children.contains { $0.blobs.contains(blob) }
      }
      #expect(!shared.isEmpty)
      for blob in shared {
        #expect(!stage.copied.requests.contains { $0.contains(digest(of: blob).text) })
      }
      #expect(stage.copied.isWhole(Self.next, in: Self.repository))
    }
  }

  @Test func `content that was collected although something names it is sent after all`()
    async throws
  {
    try await Stage.run { stage, registry in
      // The old manifests are there and their blobs are not.
      stage.copied.loseBlobs(of: Self.repository)
      let copy = ImageCopy(
        digest: Self.next.digest,
        from: ImageLocation(registry: stage.hosts[0], repository: Self.repository),
        to: ImageLocation(registry: stage.hosts[1], repository: Self.repository),
        nearby: Self.before.digest)

      #expect(await registry.copy(copy) == .copied)
      #expect(stage.copied.isWhole(Self.next, in: Self.repository))
    }
  }

  /// A single image has nothing below it whose refusal would tell first.
  @Test(arguments: [false, true])
  func `an image whose layer was collected is whole after the next copy`(
    toTag: Bool
  ) async throws {
    try await Stage.run { stage, registry in
      let name = Stage.names[1]
      let repository = Stage.repository(name)
      let places = stage.hosts.map { ImageLocation(registry: $0, repository: repository) }
      let image = Stage.image(name, Stage.new)
      stage.copied.loseBlobs(of: repository)

      if toTag {
        let copied = await registry.copy(
          places[0].at(image.digest), to: places[1].at("latest" as TagName))
        #expect(copied.value?.hasChanged == true)
        #expect(stage.copied.shown(repository, "latest") == image.digest.text)
      } else {
        let copy = ImageCopy(
          digest: image.digest, from: places[0], to: places[1],
          nearby: Stage.image(name, Stage.old).digest)
        #expect(await registry.copy(copy) == .copied)
      }
      #expect(stage.copied.isWhole(image, in: repository))
    }
  }

  @Test func `an index whose own image was collected is whole after the next copy`() async throws {
    try await Stage.run { stage, registry in
      let shared = Stage.image(Stage.names[1], Stage.old)
      let images = [Stage.old, Stage.new].map { FixtureImage.release(of: $0).built }
      let indexes = images.map { RegistryFaultTests.index(of: $0, shared) }
      let places = stage.hosts.map { ImageLocation(registry: $0, repository: Self.repository) }
      stage.pushed.hold(indexes[1], in: Self.repository)
      stage.copied.hold(indexes[0], in: Self.repository)
      // It was there a moment ago.
      #expect(await registry.inspect(places[1].at(indexes[0].digest)).value != nil)
      stage.copied.loseManifest(shared.digest, of: Self.repository)
      let copy = ImageCopy(
        digest: indexes[1].digest, from: places[0], to: places[1], nearby: indexes[0].digest)

      #expect(await registry.copy(copy) == .copied)
      #expect(stage.copied.isWhole(indexes[1], in: Self.repository))
    }
  }

  // MARK: Blobs that do not go through at once

  private typealias Received = FaultyServer.Received
  private typealias Reply = FaultyServer.Reply

  /// Copies ``next`` into an empty registry, which replies otherwise where `fault` says so.
  /// - Returns: what it came to, the pauses that were made, and whether all of it is there.
  private func copyNext(
    _ fault: @escaping @Sendable (Received, MemoryRegistry) -> Reply?
  ) async throws -> (ImageCopyResult, pauses: [Duration], isWhole: Bool) {
    let (source, target, clock) = (MemoryRegistry(), MemoryRegistry(), ManualClock())
    source.hold(Self.next, in: Self.repository)
    let result = try await withFaultyServer({ source.reply(to: $0) }) { first in
      try await withFaultyServer({ fault($0, target) ?? target.reply(to: $0) }) { second in
        let connections = Connections(version: "tests", clock: clock, fraction: { 0 })
        let copy = ImageCopy(
          digest: Self.next.digest,
          from: ImageLocation(registry: first.host, repository: Self.repository),
          to: ImageLocation(registry: second.host, repository: Self.repository), nearby: nil)
        let result = await OCIRegistry(connections: connections).copy(copy)
        await connections.close()
        return result
      }
    }
    return (result, clock.pauses, target.isWhole(Self.next, in: Self.repository))
  }

  private static func isBlob(_ received: Received) -> Bool {
    received.method == "PUT" && received.target.contains("/uploads/")
  }

  @Test(arguments: [429, 503])
  func `a blob that is refused for a moment is begun again as late as the registry wants`(
    status: Int
  ) async throws {
    let refused = Mutex<Set<String>>([])
    let (result, pauses, isWhole) = try await copyNext { received, _ in
      let blob = String(received.target.suffix(64))
      guard Self.isBlob(received), refused.withLock({ $0.insert(blob).inserted }) else {
        return nil
      }
      return .answer(status, headers: [HTTPHeader("Retry-After", "7")])
    }

    #expect(result == .copied)
    #expect(isWhole)
    #expect(pauses.contains { $0 >= .seconds(6) })
  }

  @Test func `a blob that is always refused for a moment is given up after some pauses`()
    async throws
  {
    let (result, pauses, _) = try await copyNext { received, _ in
      Self.isBlob(received) ? .answer(503) : nil
    }

    guard case .failed(let unknown) = result else {
      Issue.record("expected a failure, found \(result)")
      return
    }
    #expect(unknown.cause == .serverError)
    // At the lower end of each: a quarter of a second, then half of one.
    #expect(Set(pauses) == [.milliseconds(250), .milliseconds(500)])
  }

  /// What was streamed once cannot be sent again with another token.
  @Test func `a token that runs out while a blob is sent has the blob begun again`() async throws {
    let (result, _, isWhole) = try await copyNext { received, _ in
      if received.target.hasPrefix("/token") {
        return .answer(200, body: Array(#"{"token":"token-\#(received.before)"}"#.utf8))
      }
      let shown = received.value(of: "authorization")
      guard shown == nil || (shown == "Bearer token-1" && Self.isBlob(received)) else { return nil }
      let realm = "http://\(received.value(of: "host") ?? "")/token"
      return .answer(
        401, headers: [HTTPHeader("WWW-Authenticate", "Bearer realm=\"\(realm)\",service=\"x\"")])
    }

    #expect(result == .copied)
    #expect(isWhole)
  }

  @Test func `a place for a blob may be named relative to where it was asked for`() async throws {
    let (result, _, isWhole) = try await copyNext { received, target in
      guard received.method == "POST",
        case .answer(let status, let headers, let body) = target.reply(to: received)
      else { return nil }
      let places = headers.map { header in
        let place = String(header.value.split(separator: "/").last ?? "")
        return HTTPHeader(header.name, place + "?state=1")
      }
      return .answer(status, headers: places, body: body)
    }

    #expect(result == .copied)
    #expect(isWhole)
  }

  /// The registry keeps its blobs in another place, which does not know its credential.
  @Test func `a blob whose answer was lost is found where the registry says it lies`() async throws
  {
    let (source, target) = (MemoryRegistry(), MemoryRegistry())
    source.hold(Self.next, in: Self.repository)
    try await withFaultyServer({ received in
      .answer(received.value(of: "authorization") == nil ? 200 : 400)
    }) { store in
      try await withFaultyServer({ source.reply(to: $0) }) { first in
        try await withFaultyServer({ received in
          if received.method == "HEAD", received.target.contains("/blobs/") {
            return .answer(
              307, headers: [HTTPHeader("Location", "\(store.address)\(received.target)")])
          }
          let reply = target.reply(to: received)
          let isBlob = received.method == "PUT" && received.target.contains("/uploads/")
          return isBlob ? .close : reply
        }) { second in
          try await Connections.open(version: "tests") { connections in
            let registry = OCIRegistry(
              connections: connections,
              logins: [try RegistryLogin(second.host, user: "u", password: "p")])
            let copy = ImageCopy(
              digest: Self.next.digest,
              from: ImageLocation(registry: first.host, repository: Self.repository),
              to: ImageLocation(registry: second.host, repository: Self.repository), nearby: nil)

            #expect(await registry.copy(copy) == .copied)
          }
        }
      }
    }
    let sent = target.requests.filter { $0.hasPrefix("PUT ") && $0.contains("/uploads/") }
    #expect(!sent.isEmpty && Set(sent.map(Self.digestSent)).count == sent.count)
    #expect(target.isWhole(Self.next, in: Self.repository))
  }

  private static func digestSent(_ request: String) -> Substring {
    request.suffix(64)
  }

  @Test func `a copy of what is not there fails and says so`() async throws {
    try await Stage.run { stage, registry in
      let copy = ImageCopy(
        digest: digest(of: [1]),
        from: ImageLocation(registry: stage.hosts[0], repository: Self.repository),
        to: ImageLocation(registry: stage.hosts[1], repository: Self.repository), nearby: nil)

      guard case .failed(let unknown) = await registry.copy(copy) else {
        Issue.record("expected a failure")
        return
      }
      #expect(unknown.cause == .unanswerable)
      #expect(stage.copied.requests.isEmpty)
    }
  }

  // MARK: Removing

  @Test(arguments: [(true, .removed), (false, nil)] as [(Bool, TagRemovalResult?)])
  func `a tag is removed alone, where the registry can do that`(
    canRemove: Bool, expected: TagRemovalResult?
  ) async throws {
    try await Stage.run(canRemoveTags: canRemove) { stage, registry in
      let location = ImageLocation(registry: stage.hosts[0], repository: Self.repository)
      let removal = TagRemoval(location: location, tag: "latest", digest: Self.before.digest)

      let result = await registry.remove(removal)

      if let expected { #expect(result == expected) } else { #expect(result != .removed) }
      #expect(stage.pushed.isWhole(Self.before, in: Self.repository))
      #expect((stage.pushed.shown(Self.repository, "latest") == nil) == canRemove)
    }
  }

  @Test func `a tag that shows something else by now is left alone`() async throws {
    try await Stage.run { stage, registry in
      let location = ImageLocation(registry: stage.hosts[0], repository: Self.repository)
      let removal = TagRemoval(location: location, tag: "latest", digest: Self.next.digest)

      #expect(await registry.remove(removal) == .removed)
      #expect(stage.pushed.shown(Self.repository, "latest") == Self.before.digest.text)
    }
  }

  // MARK: The last look

  @Test func `a tag that was moved meanwhile is not written`() async throws {
    try await Stage.run { stage, registry in
      let location = ImageLocation(registry: stage.hosts[0], repository: Self.repository)
      let write = TagWrite(
        location: location, tag: "latest", digest: Self.next.digest, before: .absent)

      guard case .refused(let unknown) = await registry.point(write) else {
        Issue.record("expected a refusal")
        return
      }
      #expect(unknown.detail.hasSuffix("now, which is not what it showed before"))
      #expect(!stage.pushed.requests.contains { $0.hasPrefix("PUT") })
    }
  }

  @Test func `a tag is put back with kept bytes when the registry has lost them`() async throws {
    try await Stage.run { stage, registry in
      let location = ImageLocation(registry: stage.hosts[0], repository: Self.repository)
      let kept = try #require(await registry.manifest(location.at("latest" as TagName)).value)
      let tenant = ImageLocation(registry: stage.hosts[0], repository: "acme/elsewhere")
      for child in Self.before.children { stage.pushed.hold(child, in: "acme/elsewhere") }
      let write = TagWrite(
        location: tenant, tag: "latest", digest: kept.digest, before: .absent, kept: kept)

      #expect(await registry.point(write) == .written)
      #expect(stage.pushed.shown("acme/elsewhere", "latest") == Self.before.digest.text)
    }
  }
}
