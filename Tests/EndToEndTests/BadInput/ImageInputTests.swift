import Foundation
import TestSupport
import Testing
import Vocabulary

extension BadInput {
  struct ImageInputTests {
    @Test func `an image that does not exist`() async throws {
      try await withReleasedStage(Layout(commits: 2, built: 1)) { stage in
        try await stage.expectRunToEnd(
          of: "deploy", "--sha", stage.commits[1].text, code: 12,
          says: ["deferred", "acme/platform:staging-\(stage.commits[1])", "does not exist"])
      }
    }

    @Test func `one image of two that does not exist`() async throws {
      try await withReleasedStage(Layout(commits: 2, built: 1)) { stage in
        try await stage.images.push(stage.commits[1], to: Images.platform, [])
        try await stage.expectRunToEnd(
          of: "deploy", "--sha", stage.commits[1].text, code: 12,
          says: ["deferred", "acme/platform-tenant:staging-\(stage.commits[1])", "does not exist"])
      }
    }

    @Test func `an image without labels`() async throws {
      try await withReleasedStage(Layout(commits: 2, built: 1)) { stage in
        let commit = stage.commits[1]
        for repository in Images.repositories {
          try await stage.registry.push(
            FixtureImage(), to: repository, tags: [try Images.tag(commit)])
        }
        try await stage.expectRunToEnd(
          of: "deploy", "--sha", commit.text, code: 23,
          says: ["refused-unlabelled", "has no label org.opencontainers.image.revision"])
      }
    }

    @Test func `an image of another commit under this one's tag`() async throws {
      try await withReleasedStage(Layout(commits: 2, built: 1)) { stage in
        let (other, commit) = (stage.commits[0], stage.commits[1])
        for repository in Images.repositories {
          try await stage.registry.push(
            FixtureImage.release(of: other, source: Images.source), to: repository,
            tags: [try Images.tag(commit)])
        }
        try await stage.expectRunToEnd(
          of: "deploy", "--sha", commit.text, code: 23,
          says: ["refused-unlabelled", "says it was built from '\(other)', expected \(commit)"])
      }
    }

    @Test func `an index whose platforms were built from different commits`() async throws {
      try await withReleasedStage(Layout(commits: 2, built: 1)) { stage in
        let (other, commit) = (stage.commits[0], stage.commits[1])
        var old = FixtureImage.release(of: other, source: Images.source)
        old.architecture = "arm64"
        let mixed = FixtureIndex(
          [FixtureImage.release(of: commit, source: Images.source), old], attests: true)
        for repository in Images.repositories {
          try await stage.registry.push(mixed, to: repository, tags: [try Images.tag(commit)])
        }
        for verb in ["deploy", "promote"] {
          try await stage.expectRunToEnd(
            of: verb, "--sha", commit.text, code: 23,
            says: [
              "refused-unlabelled", "linux/amd64 says '\(commit)', linux/arm64 says '\(other)'",
            ])
        }
      }
    }

    @Test func `an image of another repository`() async throws {
      try await withReleasedStage(Layout(commits: 2, built: 1)) { stage in
        let commit = stage.commits[1]
        for repository in Images.repositories {
          try await stage.images.push(
            commit, to: repository, source: "https://git.example.com/mallory/platform", [])
        }
        try await stage.expectRunToEnd(
          of: "deploy", "--sha", commit.text, code: 23,
          says: [
            "refused-unlabelled",
            "says its source is 'https://git.example.com/mallory/platform'",
          ])
      }
    }

    @Test func `a registry that is down`() async throws {
      try await withReleasedStage { stage in
        let ports = try Ports(1)
        let nobody = "127.0.0.1:\(ports.numbers[0])"
        try stage.write(stage.settings.replacing(stage.registry.host.text, with: nobody))
        try await stage.expectRunToEnd(
          of: "deploy", "--sha", stage.commits[1].text, code: 25,
          says: ["refused-unknown", "could not be read", nobody])
        withExtendedLifetime(ports) {}
      }
    }

    @Test(arguments: [
      FaultyServer.Reply.answer(200, body: Array("<html>a secret of the proxy</html>".utf8)),
      .answer(502, body: Array("a secret of the proxy".utf8)),
      .truncated(200, body: Array("{\"a secret of the".utf8), announced: 4_000),
    ])
    func `a registry that answers nonsense`(_ reply: FaultyServer.Reply) async throws {
      try await withReleasedStage { stage in
        try await withFaultyServer({ _ in reply }) { server in
          try stage.write(
            stage.settings.replacing(stage.registry.host.text, with: server.host.text))
          let ended = try await stage.expectRunToEnd(
            of: "deploy", "--sha", stage.commits[1].text, code: 25,
            says: ["refused-unknown", "could not be read", server.host.text])
          #expect(!ended.says("secret"))
        }
      }
    }

    @Test func `a tenant that answers nonsense`() async throws {
      var layout = Layout(commits: 2)
      layout.misbehaviour[1] = ["TENANT_STALE_SHA=who knows", "TENANT_STALE_FOR_MS=600000"]
      try await withReleasedStage(layout) { stage in
        let before = try await stage.snapshot()
        try stage.write(stage.settings.replacing("budget: 20s", with: "budget: 1s"))

        let ended = try await stage.pawl("deploy", "--sha", stage.commits[1].text)

        stage.expect(
          ended, 40, ["halted-canary", "anna", "git_sha is 'who knows'", "expected 40 or 64"])
        let after = try await stage.snapshot()
        #expect(after.latest == before.latest)
        #expect(after.processes["bert"] == before.processes["bert"])
      }
    }

    @Test func `somebody else on a tenant's port`() async throws {
      try await withReleasedStage { stage in
        let page = FaultyServer.Reply.answer(200, body: Array("a secret of a stranger".utf8))
        try await withFaultyServer({ _ in page }) { server in
          let anna = try #require(stage.tenants.first)
          try stage.write(stage.settings.replacing(anna.url, with: server.address.text))
          try await stage.expectRunToEnd(
            of: "deploy", "--sha", stage.commits[1].text, code: 40,
            says: ["halted-canary", "is held by a process that pawl did not start"])
        }
      }
    }
  }
}
