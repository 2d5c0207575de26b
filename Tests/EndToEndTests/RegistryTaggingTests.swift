import TestSupport
import Testing
import Vocabulary

/// `pawl registry tag` on the real binary: what it refuses, and what it leaves when something goes wrong.
struct RegistryTaggingTests {
  static let repository: RepositoryName = "acme/platform"
  static let older: Commit = "1111111111111111111111111111111111111111"
  static let newer: Commit = "2222222222222222222222222222222222222222"

  private func withImages(_ body: (RegistryServer, RegistryTool) async throws -> Void) async throws
  {
    try await withRegistry { server in
      try await server.push(
        FixtureImage.release(of: Self.older), to: Self.repository, tags: ["old"])
      try await server.push(
        FixtureImage.release(of: Self.newer), to: Self.repository, tags: ["new"])
      try await RegistryTool.run { tool in try await body(server, tool) }
    }
  }

  @Test func `a tag is not set on an index whose platforms say different commits`() async throws {
    try await withRegistry { server in
      var other = FixtureImage.release(of: Self.older)
      other.architecture = "arm64"
      let index = FixtureIndex([FixtureImage.release(of: Self.newer), other], attests: true)
      try await server.push(index, to: Self.repository, tags: ["mixed"])
      try await RegistryTool.run { tool in
        let order = [
          "tag", "\(server.host)/acme/platform:mixed", "--to", "latest", "--revision",
          Self.newer.text,
        ]
        let refused = try await tool.pawl(order)
        #expect(refused.code == 23, "\(refused)")
        #expect(
          refused.says(
            "nothing was set",
            "linux/amd64 says '\(Self.newer)', linux/arm64 says '\(Self.older)'"))
        #expect(try await server.manifest(Self.repository, "latest") == nil)

        let one = try await tool.pawl(order + ["--platform", "linux/amd64"])
        #expect(one.code == 0, "\(one)")
        let wrong = try await tool.pawl(order + ["--platform", "linux/arm64"])
        #expect(wrong.code == 23, "\(wrong)")
      }
    }
  }

  /// The registry sets both tags, its answer is lost, and it lets nobody set one of them after that.
  @Test(arguments: [(false, 26, "doubtful"), (true, 69, "taken-back")])
  func `tags that were set at once and whose answer was lost count as perhaps set`(
    isTogether: Bool, code: Int32, state: String
  ) async throws {
    let image = FixtureImage.release(of: Self.newer).built
    let registry = MemoryRegistry(setsManyTags: true)
    registry.hold(image, in: Self.repository, tags: ["new"])
    try await withFaultyServer({ received in
      guard received.method == "PUT" else { return registry.reply(to: received) }
      guard received.target.contains("?tag=") else { return .answer(403) }
      _ = registry.reply(to: received)
      return .close
    }) { server in
      try await RegistryTool.run { tool in
        let ended = try await tool.pawl(
          [
            "tag", "\(server.host)/acme/platform:new", "--to", "t1", "--to", "t2", "--at-once",
          ] + (isTogether ? ["--all-or-nothing"] : []))

        #expect(ended.code == code, "\(ended)")
        #expect(ended.says(state) && !ended.says("refused"), "\(ended)")
        for tag in ["t1", "t2"] as [TagName] {
          #expect(
            registry.shown(Self.repository, tag) == (isTogether ? nil : image.digest.text))
        }
      }
    }
  }

  /// However the registry takes it: all of them at once, none, or with a complaint about the length.
  @Test(arguments: [(true, nil), (false, nil), (true, 414), (true, 431)] as [(Bool, Int?)])
  func `more tags than one request has room for are all set`(
    setsManyTags: Bool, refusal: Int?
  ) async throws {
    let image = FixtureImage.release(of: Self.newer).built
    let registry = MemoryRegistry(setsManyTags: setsManyTags)
    registry.hold(image, in: Self.repository, tags: ["new"])
    let tags = (0..<70).map { TagName(normalized: "t\($0)-" + String(repeating: "x", count: 120)) }
    try await withFaultyServer({ received in
      guard let refusal, received.target.contains("?tag=") else {
        return registry.reply(to: received)
      }
      return .answer(refusal)
    }) { server in
      try await RegistryTool.run { tool in
        let ended = try await tool.pawl(
          ["tag", "\(server.host)/acme/platform:new", "--at-once"]
            + tags.flatMap { ["--to", $0.text] })

        #expect(ended.code == 0, "\(ended)")
        #expect(tags.allSatisfy { registry.shown(Self.repository, $0) == image.digest.text })
      }
      let together = server.received.filter { $0.target.contains("?tag=") }
      #expect(together.count == (setsManyTags && refusal == nil ? 3 : 1))
      #expect(together.allSatisfy { $0.target.utf8.count < 4_400 })
    }
  }

  @Test func `what an answer that was lost has set is known when it is read back`() async throws {
    let image = FixtureImage.release(of: Self.newer).built
    let registry = MemoryRegistry(setsManyTags: true)
    registry.hold(image, in: Self.repository, tags: ["new"])
    try await withFaultyServer({ received in
      let reply = registry.reply(to: received)
      return received.method == "PUT" ? .close : reply
    }) { server in
      try await RegistryTool.run { tool in
        for way in [["--to", "t1", "--to", "t2", "--at-once"], ["--to", "t3"]] {
          let ended = try await tool.pawl(
            ["tag", "\(server.host)/acme/platform:new", "--read-back"] + way)

          #expect(ended.code == 0, "\(ended)")
        }
      }
    }
  }

  @Test func `a new tag that cannot be taken back is said to be left`() async throws {
    let image = FixtureImage.release(of: Self.newer).built
    let registry = MemoryRegistry(canRemoveTags: false)
    registry.hold(image, in: Self.repository, tags: ["new"])
    try await withFaultyServer({ received in
      received.method == "PUT" && received.target.hasSuffix("/t2")
        ? .answer(403) : registry.reply(to: received)
    }) { server in
      try await RegistryTool.run { tool in
        let ended = try await tool.pawl(
          "tag", "\(server.host)/acme/platform:new", "--to", "t1", "--to", "t2",
          "--all-or-nothing")

        #expect(ended.code == 26, "\(ended)")
        #expect(ended.says("t1", "left: ", "it was not there before"), "\(ended)")
        #expect(registry.shown(Self.repository, "t1") == image.digest.text)
      }
    }
  }

  @Test func `tags are set after everything was looked at`() async throws {
    try await withImages { server, tool in
      let image = "\(server.host)/acme/platform"
      let refused = try await tool.pawl(
        "tag", "\(image):new", "\(image):nothing", "--to", "latest", "--to", "other")
      #expect(refused.code == 64)

      let wrong = try await tool.pawl(
        "tag", "\(image):old", "--to", "latest", "--revision", Self.newer.text)
      #expect(wrong.code == 23 && wrong.says("nothing was set", "was built from '\(Self.older)'"))
      #expect(try await server.manifest(Self.repository, "latest") == nil)

      let dry = try await tool.pawl("tag", "\(image):new", "--to", "latest", "--dry-run")
      #expect(dry.code == 0 && dry.says("would be set"))
      #expect(try await server.manifest(Self.repository, "latest") == nil)

      let set = try await tool.pawl(
        "tag", "\(image):new", "--to", "latest", "--revision", Self.newer.text, "--read-back")
      #expect(set.code == 0, "\(set)")
      #expect(
        try await server.manifest(Self.repository, "latest")
          == FixtureImage.release(of: Self.newer).built.bytes)
    }
  }

  @Test func `what was set is put back when another tag refuses`() async throws {
    try await withRegistry { first in
      let image = FixtureImage.release(of: Self.newer).built
      try await first.push(
        FixtureImage.release(of: Self.older), to: Self.repository, tags: ["latest"])
      try await first.push(image, to: Self.repository, tags: ["new"])
      try await withFaultyServer({ received in
        received.method == "PUT"
          ? .answer(403)
          : received.answered(byRegistryHolding: image, in: Self.repository, at: "new")
      }) { second in
        try await RegistryTool.run { tool in
          let ended = try await tool.pawl(
            "tag", "\(first.host)/acme/platform:new", "\(second.host)/acme/platform:new", "--to",
            "latest", "--all-or-nothing")

          #expect(ended.code == 69, "\(ended)")
          #expect(ended.says("taken-back", "refused"))
          #expect(
            try await first.manifest(Self.repository, "latest")
              == FixtureImage.release(of: Self.older).built.bytes)
        }
      }
    }
  }

  @Test(arguments: [(false, 26, "doubtful"), (true, 69, "taken-back")])
  func `a tag whose answer was lost counts as perhaps set, and is put back with the others`(
    isTogether: Bool, code: Int32, state: String
  ) async throws {
    let image = FixtureImage.release(of: Self.newer).built
    let before = FixtureImage.release(of: Self.older).built
    let registry = MemoryRegistry()
    registry.hold(before, in: Self.repository, tags: ["latest"])
    registry.hold(image, in: Self.repository, tags: ["new"])
    try await withFaultyServer({ received in
      let reply = registry.reply(to: received)
      return received.method == "PUT" && received.body == image.bytes ? .close : reply
    }) { server in
      try await RegistryTool.run { tool in
        let ended = try await tool.pawl(
          ["tag", "\(server.host)/acme/platform:new", "--to", "latest"]
            + (isTogether ? ["--all-or-nothing"] : []))

        #expect(ended.code == code, "\(ended)")
        #expect(ended.says(state), "\(ended)")
        let shown = isTogether ? before : image
        #expect(registry.shown(Self.repository, "latest") == shown.digest.text)
      }
    }
  }
}
