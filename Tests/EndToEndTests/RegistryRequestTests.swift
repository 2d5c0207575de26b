import TestSupport
import Testing
import Vocabulary

/// How many requests the registry verbs cost, counted by the registry itself. The numbers are the least that
/// the protocol allows for each job.
struct RegistryRequestTests {
  static let repository: RepositoryName = "acme/platform"
  static let commit: Commit = "2222222222222222222222222222222222222222"

  /// Two platforms with three layers each, two of them shared, and an attestation for each: five manifests
  /// and ten blobs.
  static let index = index(of: commit)

  private static func index(of commit: Commit) -> FixtureIndex {
    func image(_ architecture: String) -> FixtureImage {
      var image = FixtureImage.release(
        of: commit, files: [.init("for", Array((architecture + commit.text).utf8))])
      image.layers = [[.init("base", [1])], [.init("lib", [2])]] + image.layers
      image.architecture = architecture
      return image
    }
    return FixtureIndex([image("amd64"), image("arm64")], attests: true)
  }

  /// What a job costs at `server`, by its own log.
  private func requests(
    of arguments: [String], to server: RegistryServer, _ log: AccessLog,
    loggedInTo hosts: [RegistryHost] = []
  ) async throws -> Int {
    try await RegistryTool.run(loggedInTo: hosts) { tool in
      _ = try await log.requests(of: server)
      log.clear()
      let ended = try await tool.pawl(arguments)
      guard ended.code == 0 else { throw TestFailure("\(arguments): \(ended)") }
      return try await log.requests(of: server).count
    }
  }

  @Test func `each job costs an open registry the least it can`() async throws {
    let log = AccessLog()
    let jobs: [(job: [String], least: Int)] = [
      (["digest", "HOST/acme/platform:staging"], 1),
      (["label", "HOST/acme/platform:staging", "--platform", "linux/amd64"], 3),
      (["tag", "HOST/acme/platform:staging", "--to", "latest"], 2),
      (["tag", "HOST/acme/platform:staging", "--to", "a", "--to", "b", "--to", "c"], 4),
      (["copy", "HOST/acme/platform:staging", "HOST/acme/copy:staging", "--fresh"], 20),
      (["copy", "HOST/acme/platform:staging", "HOST/acme/copy:staging"], 2),
    ]
    try await withRegistry(log: log) { server in
      try await server.push(Self.index, to: Self.repository, tags: ["staging"])
      for (job, least) in jobs {
        let arguments = job.map { $0.replacing("HOST", with: server.host.text) }
        let asked = try await requests(of: arguments, to: server, log)
        #expect(asked == least, "\(job)")
      }
    }
  }

  /// As for ECR: the password is sent with the first request, because pawl.yaml says that it is wanted.
  @Test func `a registry that wants a password it is known to want costs nothing more`()
    async throws
  {
    let log = AccessLog()
    let jobs: [(job: [String], least: Int)] = [
      (["digest", "HOST/acme/platform:staging"], 1),
      (["label", "HOST/acme/platform:staging", "--platform", "linux/amd64"], 3),
      (["tag", "HOST/acme/platform:staging", "--to", "latest"], 2),
      (["tag", "HOST/acme/platform:staging", "--to", "a", "--to", "b", "--to", "c"], 4),
      (["copy", "HOST/acme/platform:staging", "HOST/acme/copy:staging", "--fresh"], 20),
    ]
    try await withRegistry(.password, log: log) { server in
      try await server.push(Self.index, to: Self.repository, tags: ["staging"])
      try await RegistryTool.run { tool in
        _ = try tool.write(RegistryServer.password + "\n", to: "password")
        let settings = try tool.write(Self.settings(server.host), to: "pawl.yaml")
        for (job, least) in jobs {
          _ = try await log.requests(of: server)
          log.clear()
          let ended = try await tool.pawl(
            job.map { $0.replacing("HOST", with: server.host.text) } + ["--config", settings])
          #expect(ended.code == 0, "\(ended)")
          #expect(try await log.requests(of: server).count == least, "\(job)")
        }
      }
    }
  }

  private static func settings(_ host: RegistryHost) -> String {
    """
    delivery: requests
    source: {forge: git, url: .}
    images: [{name: platform, build: "{registry}/acme/platform:staging-{sha}"}]
    registries:
      local: {host: "\(host)", auth: basic, username: \(RegistryServer.user), password: {file: password}}
    channels: {latest: {follows: proven}}
    gates: none
    rollout: {canary: none}
    fleets:
      production: {driver: processes, tenants: [{slug: acme, url: "http://127.0.0.1:1"}]}

    """
  }

  @Test func `a copy to another registry reads and sends everything once`() async throws {
    let (first, second) = (AccessLog(), AccessLog())
    try await withRegistry(log: first) { source in
      try await withRegistry(log: second) { target in
        try await source.push(Self.index, to: Self.repository, tags: ["staging"])
        _ = try await second.requests(of: target)
        second.clear()
        let read = try await requests(
          of: [
            "copy", "\(source.host)/acme/platform:staging", "\(target.host)/acme/platform:staging",
            "--fresh",
          ], to: source, first)
        let written = try await second.requests(of: target).count
        #expect(read + written == 40)
        #expect(
          try await target.manifest(Self.repository, "staging") == Self.index.built.bytes)
      }
    }
  }

  /// Two of the ten blobs lie there already: the other eight are read and sent, and so are five manifests.
  /// Three requests are for what the tag shows, an index and its two images, which name those two.
  @Test func `the next release is copied to another registry without what is there`() async throws {
    let (first, second) = (AccessLog(), AccessLog())
    let next = Self.index(of: "3333333333333333333333333333333333333333")
    try await withRegistry(log: first) { source in
      try await withRegistry(log: second) { target in
        try await source.push(next, to: Self.repository, tags: ["staging"])
        try await target.push(Self.index, to: Self.repository, tags: ["staging"])
        _ = try await second.requests(of: target)
        second.clear()
        let read = try await requests(
          of: [
            "copy", "\(source.host)/acme/platform:staging", "\(target.host)/acme/platform:staging",
          ], to: source, first)
        let written = try await second.requests(of: target).count
        #expect(read + written == 34 + 3)
        #expect(try await target.manifest(Self.repository, "staging") == next.built.bytes)
      }
    }
  }

  @Test func `a registry with tokens is asked once without and never for two`() async throws {
    let log = AccessLog()
    let jobs: [(job: [String], least: Int)] = [
      (["digest", "HOST/acme/platform:staging"], 3),
      (["label", "HOST/acme/platform:staging", "--platform", "linux/amd64"], 5),
      (["tag", "HOST/acme/platform:staging", "--to", "latest"], 4),
      (["tag", "HOST/acme/platform:staging", "--to", "a", "--to", "b", "--to", "c"], 6),
      (["copy", "HOST/acme/platform:staging", "HOST/acme/copy:staging", "--fresh"], 22),
      (["copy", "HOST/acme/platform:staging", "HOST/acme/copy:staging"], 4),
      (
        [
          "tag", "HOST/acme/platform:staging", "HOST/acme/platform-tenant:staging", "--to",
          "latest", "--revision", Self.commit.text, "--platform", "linux/amd64",
          "--all-or-nothing",
        ], 12
      ),
      // Two more for each further platform of each index: its manifest and its config.
      (
        [
          "tag", "HOST/acme/platform:staging", "HOST/acme/platform-tenant:staging", "--to",
          "other", "--revision", Self.commit.text, "--all-or-nothing",
        ], 16
      ),
    ]
    try await withTokenRegistry(log: log) { server, tokens in
      for repository in [Self.repository, "acme/platform-tenant"] {
        try await server.push(Self.index, to: repository, tags: ["staging"])
        try await server.push(
          FixtureImage.release(of: "1111111111111111111111111111111111111111"), to: repository,
          tags: ["latest"])
      }
      for (job, least) in jobs {
        let arguments = job.map { $0.replacing("HOST", with: server.host.text) }
        let before = tokens.received.count
        let asked = try await requests(
          of: arguments, to: server, log, loggedInTo: [server.host])
        #expect(asked + tokens.received.count - before == least, "\(job)")
      }
    }
  }
}
