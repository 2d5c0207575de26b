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

  @Test func `a platform that was asked for is read, or nothing is`() async throws {
    try await withImages { server, tool in
      let image = "\(server.host)/acme/platform:new"

      let label = try await tool.pawl("label", image, "--platform", "windows/arm64")
      #expect(label.code == 69, "\(label)")
      #expect(label.says("expected an image for windows/arm64, found linux/amd64"), "\(label)")
      let tag = try await tool.pawl(
        "tag", image, "--to", "x", "--revision", Self.newer.text, "--platform", "windows/arm64")
      #expect(tag.code == 69 && tag.says("nothing was set"), "\(tag)")
    }
  }

  @Test func `as whom a registry is only read is told too, and never what proves it`() async throws
  {
    try await withRegistry(.password) { server in
      try await RegistryTool.run(loggedInTo: [server.host]) { tool in
        let ended = try await tool.pawl("digest", "\(server.host)/acme/platform:new")

        #expect(ended.says("\(server.host): as 'pawl' of"), "\(ended)")
        #expect(!ended.says(RegistryServer.password), "\(ended)")
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
      (["digest", "no-host"], 64), (["digest", "acme/app:new"], 64),
      (["login-check", "acme/app"], 64), (["digest", "127.0.0.1:1/A:b"], 64),
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

  @Test func `a repository without its registry is not looked for at a host of that name`()
    async throws
  {
    try await RegistryTool.run { tool in
      let ended = try await tool.pawl("digest", "acme/app:new")

      #expect(ended.code == 64)
      #expect(
        ended.says(
          "expected a registry's host first, such as docker.io/acme/app:new", "none is implied"),
        "\(ended)")
    }
  }

  @Test func `a dry copy tells what the image consists of and sends nothing`() async throws {
    try await withImages { server, tool in
      let source = "\(server.host)/acme/platform:new"
      let target = "\(server.host)/acme/copy:new"
      let dry = try await tool.pawl("copy", source, target, "--dry-run")
      #expect(dry.code == 0 && dry.says("would copy", "1 manifest, 2 blobs"), "\(dry)")
      #expect(try await server.manifest("acme/copy", "new") == nil)

      let real = try await tool.pawl("copy", source, target)
      #expect(real.says("1 manifest, 2 blobs"), "\(real)")
    }
  }

  /// It names another registry, whose password is not there; or it is broken.
  @Test(arguments: [
    (
      """
      delivery: other
      source: {forge: git, url: .}
      images: [{name: platform, build: "{registry}/acme/platform:staging-{sha}"}]
      registries:
        other: {host: other.example, auth: basic, username: u, password: {env: NOT_SET_ANYWHERE}}
      channels: {latest: {follows: proven}}
      gates: none
      rollout: {canary: none}
      fleets:
        production: {driver: processes, tenants: [{slug: acme, url: "http://127.0.0.1:1"}]}

      """, false
    ),
    ("delivery: [broken\n", true),
  ])
  func `a pawl.yaml that happens to lie there does not stop a plain tool`(
    settings: String, isBroken: Bool
  ) async throws {
    try await withImages { server, tool in
      let file = try tool.write(settings, to: "pawl.yaml")
      let arguments = ["digest", "\(server.host)/acme/platform:new"]

      let ended = try await tool.pawl(arguments, in: tool.home)
      #expect(ended.code == 0, "\(ended)")
      #expect(ended.says("pawl.yaml was left out") == isBroken, "\(ended)")

      let named = try await tool.pawl(arguments + ["--config", file])
      #expect(named.code == (isBroken ? 78 : 0), "\(named)")
    }
  }

  @Test(arguments: [
    #"{"auths": {}, "credsStore": "not-installed-anywhere"}"#, "not json",
  ])
  func `what one may do is unknown when who one is cannot be learnt`(config: String) async throws {
    try await withRegistry(.password) { server in
      try await RegistryTool.run { tool in
        _ = try tool.write(config, to: ".docker/config.json")
        let arguments = ["login-check", "\(server.host)/acme/platform"]
        let ended = try await tool.pawl(arguments)
        #expect(ended.code == 69, "\(ended)")
        #expect(ended.says("whether one may pull is unknown"), "\(ended)")
        #expect(!ended.says("nobody in particular") && !ended.says("may not"), "\(ended)")

        let json = try await tool.pawl(arguments + ["--json"])
        #expect(json.says("\"unknown\"") && !json.says("mayPull"), "\(json)")
      }
    }
  }

  @Test func `what one may do is unknown where something else than a registry answers`()
    async throws
  {
    try await withFaultyServer({ _ in .answer(502) }) { server in
      try await RegistryTool.run { tool in
        let ended = try await tool.pawl("login-check", "\(server.host)/acme/platform")

        #expect(ended.code == 69, "\(ended)")
        #expect(ended.says("whether one may pull is unknown"), "\(ended)")
        #expect(!ended.says("may not") && !ended.says("nothing lies there yet"), "\(ended)")
      }
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
