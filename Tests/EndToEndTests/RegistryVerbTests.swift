import Foundation
import TestSupport
import Testing
import Vocabulary

/// The registry verbs on the real binary, against the CNCF registry.
struct RegistryVerbTests {
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

  @Test func `a label is printed, missing, or unknown, each with its own code`() async throws {
    try await withImages { server, tool in
      let image = "\(server.host)/acme/platform:new"
      let found = try await tool.pawl("label", image)
      #expect(found.code == 0 && found.output == Self.newer.text + "\n")

      let missing = try await tool.pawl("label", image, "com.example.no-such-label")
      #expect(missing.code == 23 && missing.says("has no label com.example.no-such-label"))

      let absent = try await tool.pawl("label", "\(server.host)/acme/platform:nothing")
      #expect(absent.code == 66 && absent.says("expected an image at", "found none"))

      let unknown = try await tool.pawl("label", "127.0.0.1:1/acme/platform:new")
      #expect(unknown.code == 69 && unknown.says("connection refused"))
    }
  }

  @Test func `which platform a label was read from is said beside it`() async throws {
    try await withRegistry { server in
      var other = FixtureImage.release(of: Self.older)
      other.architecture = "arm64"
      let index = FixtureIndex([FixtureImage.release(of: Self.newer), other], attests: true)
      try await server.push(index, to: Self.repository, tags: ["mixed"])
      try await RegistryTool.run { tool in
        let ended = try await tool.pawl(
          "label", "\(server.host)/acme/platform:mixed", "--platform", "linux/arm64")

        #expect(ended.code == 0 && ended.output == Self.older.text + "\n")
        #expect(ended.complaint == "of the image for linux/arm64\n")
      }
    }
  }

  @Test func `platforms that do not agree are named`() async throws {
    try await withRegistry { server in
      var other = FixtureImage.release(of: Self.older)
      other.architecture = "arm64"
      let index = FixtureIndex([FixtureImage.release(of: Self.newer), other], attests: true)
      try await server.push(index, to: Self.repository, tags: ["mixed"])
      try await RegistryTool.run { tool in
        let ended = try await tool.pawl(
          "label", "\(server.host)/acme/platform:mixed", "--all-platforms")

        #expect(ended.code == 23)
        #expect(ended.says("do not agree", "linux/amd64", "linux/arm64", Self.older.text))
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
      #expect(wrong.code == 66 && wrong.says("nothing was set", "was built from '\(Self.older)'"))
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

  @Test func `a copy keeps the digest and does nothing the second time`() async throws {
    try await withImages { server, tool in
      let source = "\(server.host)/acme/platform:new"
      let target = "\(server.host)/acme/copy:new"
      let first = try await tool.pawl("copy", source, target)
      let second = try await tool.pawl("copy", source, target)

      #expect(first.code == 0, "\(first)")
      #expect(second.code == 0 && second.says("already"))
      #expect(
        try await server.manifest("acme/copy", "new")
          == FixtureImage.release(of: Self.newer).built.bytes)
    }
  }

  @Test func `who one is and what one may do is told`() async throws {
    try await withRegistry(.password) { server in
      try await RegistryTool.run(loggedInTo: [server.host]) { tool in
        let ended = try await tool.pawl("login-check", "\(server.host)/acme/platform", "--push")
        #expect(ended.code == 0, "\(ended)")
        #expect(ended.says("as 'pawl' of", "may pull, may push"))
        #expect(!ended.says(RegistryServer.password))

        try await server.push(
          FixtureImage.release(of: Self.newer), to: Self.repository, tags: ["new"])
        let set = try await tool.pawl("tag", "\(server.host)/acme/platform:new", "--to", "latest")
        #expect(set.code == 0 && set.says("\(server.host): as 'pawl' of"), "\(set)")
      }
      try await RegistryTool.run { tool in
        let ended = try await tool.pawl("login-check", "\(server.host)/acme/platform")
        #expect(ended.code == 69 && ended.says("as nobody in particular", "may not pull"))
      }
    }
  }

  @Test func `a trace counts every request and shows no credential`() async throws {
    try await withTokenRegistry { server, _ in
      try await server.push(
        FixtureImage.release(of: Self.newer), to: Self.repository, tags: ["new"])
      try await RegistryTool.run(loggedInTo: [server.host]) { tool in
        let ended = try await tool.pawl("digest", "\(server.host)/acme/platform:new", "--trace")

        #expect(ended.code == 0, "\(ended)")
        #expect(
          ended.says("/v2/acme/platform/manifests/new 401", "/token 200", "trace: 3 requests"))
        let secret = Data("\(RegistryServer.user):\(RegistryServer.password)".utf8)
        #expect(!ended.says(RegistryServer.password) && !ended.says(secret.base64EncodedString()))
        #expect(!ended.says("scope="))
      }
    }
  }

  @Test func `an authority is trusted when it is named`() async throws {
    try await withRegistry(.privateTLS) { server in
      try await server.push(
        FixtureImage.release(of: Self.newer), to: Self.repository, tags: ["new"])
      try await RegistryTool.run { tool in
        let authority = try #require(server.authority)
        let file = try tool.write(String(decoding: authority, as: UTF8.self), to: "ca.pem")
        let image = "\(server.host)/acme/platform:new"

        let ended = try await tool.pawl("label", image, "--ca", file)
        #expect(ended.code == 0 && ended.output == Self.newer.text + "\n", "\(ended)")
        let rubbish = try tool.write("rubbish", to: "no.pem")
        #expect(try await tool.pawl("label", image, "--ca", rubbish).code == 78)
      }
    }
  }

  @Test(
    arguments: [
      (["digest", "no-host"], 64), (["digest", "127.0.0.1:1/A:b"], 64),
      (["label", "127.0.0.1:1/a:b", "--platform", "linux"], 64),
      (["tag", "127.0.0.1:1/a:b"], 64), (["copy", "127.0.0.1:1/a:b"], 64),
      (["digest", "127.0.0.1:1/a:b"], 69),
    ] as [([String], Int32)])
  func `bad input says what was expected`(arguments: [String], code: Int32) async throws {
    try await RegistryTool.run { tool in
      let ended = try await tool.pawl(arguments)

      #expect(ended.code == code, "\(ended)")
      #expect(!ended.complaint.isEmpty)
    }
  }

  @Test func `a login file that is not JSON is named`() async throws {
    try await withRegistry(.password) { server in
      try await RegistryTool.run { tool in
        _ = try tool.write("not json", to: ".docker/config.json")
        let ended = try await tool.pawl("digest", "\(server.host)/a:b")

        #expect(
          ended.code == 69 && ended.says("expected the JSON that docker login writes"), "\(ended)")
      }
    }
  }
}
