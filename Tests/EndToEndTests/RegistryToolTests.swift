import TestSupport
import Testing
import Vocabulary

/// What only some registries can do, on the real binary.
struct RegistryToolTests {
  static let repository: RepositoryName = "acme/platform"
  static let image = FixtureImage.release(of: "2222222222222222222222222222222222222222").built

  @Test(arguments: [(true, 2), (false, 4)])
  func `several tags go with one request where the registry says that they did`(
    canSet: Bool, requests: Int
  ) async throws {
    let registry = MemoryRegistry(setsManyTags: canSet)
    registry.hold(Self.image, in: Self.repository, tags: ["new"])
    try await withFaultyServer(registry.reply(to:)) { server in
      try await RegistryTool.run { tool in
        let ended = try await tool.pawl(
          "tag", "\(server.host)/acme/platform:new", "--to", "a", "--to", "b", "--at-once")

        #expect(ended.code == 0, "\(ended)")
        for tag in ["a", "b"] as [TagName] {
          #expect(registry.shown(Self.repository, tag) == Self.image.digest.text)
        }
        #expect(registry.requests.count == requests, "\(registry.requests)")
      }
    }
  }

  @Test func `signatures that are tags go with a copy when they are wanted`() async throws {
    let signature = FixtureImage.release(of: "1111111111111111111111111111111111111111").built
    let tag = try TagName(parsing: "sha256-\(Self.image.digest.hex).sig")
    try await withRegistry { server in
      try await server.push(Self.image, to: Self.repository, tags: ["new"])
      try await server.push(signature, to: Self.repository, tags: [tag])
      try await RegistryTool.run { tool in
        let (source, target) = ("\(server.host)/acme/platform:new", "\(server.host)/acme/copy:new")
        #expect(try await tool.pawl("copy", source, target).code == 0)
        #expect(try await server.manifest("acme/copy", tag.text) == nil)

        let ended = try await tool.pawl("copy", source, target, "--referrers")
        #expect(ended.code == 0 && ended.says("acme/copy:\(tag)"), "\(ended)")
        #expect(try await server.manifest("acme/copy", tag.text) == signature.bytes)
      }
    }
  }

  @Test func `what the registry lists as referring to an image goes with a copy`() async throws {
    let referrer = FixtureImage.release(of: "1111111111111111111111111111111111111111").built
    let (source, target) = (MemoryRegistry(), MemoryRegistry())
    source.hold(Self.image, in: Self.repository, tags: ["new"])
    source.hold(referrer, in: Self.repository)
    let list = """
      {"schemaVersion": 2, "manifests": [{"mediaType": "\(referrer.mediaType)",
        "digest": "\(referrer.digest)", "size": \(referrer.bytes.count)}]}
      """
    try await withFaultyServer({ received in
      received.target.contains("/referrers/")
        ? .answer(200, body: Array(list.utf8)) : source.reply(to: received)
    }) { first in
      try await withFaultyServer(target.reply(to:)) { second in
        try await RegistryTool.run { tool in
          let ended = try await tool.pawl(
            "copy", "\(first.host)/acme/platform:new", "\(second.host)/acme/platform:new",
            "--referrers")

          #expect(ended.code == 0 && ended.says("@\(referrer.digest)"), "\(ended)")
          #expect(target.isWhole(referrer, in: Self.repository))
        }
      }
    }
  }
}
