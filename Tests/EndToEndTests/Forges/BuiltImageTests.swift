import TestSupport
import Testing
import Vocabulary

/// Candidates that a build announces by digest.
@Suite(.timeLimit(.minutes(5)))
struct BuiltImageTests {
  @Test func `a candidate is what its build says, whatever its tags mean by now`() async throws {
    try await withStage(Layout(commits: 2)) { stage in
      let built = try await stage.built(stage.commits[1]).compactMap(\.self)
      let images = zip(["platform", "platform-tenant"], built).flatMap {
        ["--image", "\($0)@\($1)"]
      }
      // Somebody pushes another image to the tag.
      try await stage.registry.push(
        FixtureImage(), to: Images.platform, tags: [try Images.tag(stage.commits[1])])

      let byTag = try await stage.pawl("candidate", "add", "--sha", stage.commits[1].text)
      let byDigest = try await stage.pawl(
        ["candidate", "add", "--sha", stage.commits[1].text] + images)

      let deployed = try await stage.pawl("deploy", "--sha", stage.commits[1].text)

      #expect(byTag.code == 23, "\(byTag)")
      #expect(byDigest.code == 0, "\(byDigest)")
      #expect(deployed.code == 0, "\(deployed)")
      #expect(try await stage.latest().compactMap(\.self) == built)
    }
  }

  @Test func `two builds under one short name are told apart`() async throws {
    try await withStage(Layout(commits: 2)) { stage in
      let short = stage.settings.replacing("staging-{sha}", with: "staging-{sha7}")
      try stage.write(short)
      // What another commit with these seven digits would have left there.
      let name = String(stage.commits[1].text.prefix(7))
      let other = name + String(repeating: "0", count: 33)
      var image = FixtureImage()
      image.labels["org.opencontainers.image.revision"] = other
      image.labels["org.opencontainers.image.source"] = Images.source
      for repository in [Images.platform, Images.tenant] {
        try await stage.registry.push(
          image, to: repository, tags: [try TagName(parsing: "staging-\(name)")])
      }

      let ended = try await stage.pawl("candidate", "add", "--sha", stage.commits[1].text)

      #expect(ended.code == 23, "\(ended)")
      #expect(ended.says("the short name means two commits"), "\(ended)")
    }
  }

  @Test func `images are a candidate once a smoke test has seen them start`() async throws {
    var layout = Layout(commits: 2)
    layout.gates = "gates: {smoke: [\"smoke / boots\"]}"
    try await withStage(layout) { stage in
      let channel = "latest: {follows: proven, lock_delay: 1s}"
      try stage.write(
        stage.settings.replacing(
          channel, with: channel + "\n  staging-latest: {follows: candidates, lock_delay: 1s}"))
      func add(_ commit: Commit, _ more: String...) async throws -> Ended {
        try await stage.pawl(["candidate", "add", "--sha", commit.text] + more)
      }

      let untested = try await add(stage.commits[1])
      let explained = try await stage.pawl("gate", "explain", "--sha", stage.commits[1].text)
      let broken = try await add(stage.commits[1], "--smoke", "smoke / boots=failure")
      let good = try await add(stage.commits[1], "--smoke", "smoke / boots=success")
      let older = try await add(stage.commits[0], "--smoke", "smoke / boots=success")
      let nonsense = try await add(stage.commits[1], "--smoke", "smoke / boots")

      #expect(untested.code == 12, "\(untested)")
      #expect(untested.says("smoke / boots is absent"), "\(untested)")
      #expect(explained.code == 12, "\(explained)")
      #expect(
        explained.says("smoke smoke / boots", "pawl candidate add --smoke 'smoke / boots=success'"),
        "\(explained)")
      #expect(broken.code == 24, "\(broken)")
      #expect(good.code == 0, "\(good)")
      #expect(older.code == 20, "the pointer moves forward only: \(older)")
      #expect(nonsense.code == 64, "\(nonsense)")
      #expect(nonsense.says("expected check=state"), "\(nonsense)")
    }
  }

  @Test func `a smoke test of named images says nothing of a later build of the commit`()
    async throws
  {
    var layout = Layout(commits: 1)
    layout.gates = "gates: {smoke: [\"smoke / boots\"]}"
    try await withStage(layout) { stage in
      let commit = stage.commits[0]
      let digests = try await stage.built(commit)
      let images = try zip(["platform", "platform-tenant"], digests).flatMap { name, digest in
        ["--image", "\(name)@\(try #require(digest))"]
      }
      let tested = try await stage.pawl(
        ["candidate", "add", "--sha", commit.text, "--smoke", "smoke / boots=success"] + images)
      #expect(tested.code == 0, "\(tested)")

      try await stage.images.build(commit, ["BUILT=again"])
      let rebuilt = try await stage.pawl("candidate", "add", "--sha", commit.text)

      #expect(rebuilt.code == 12, "\(rebuilt)")
      #expect(rebuilt.says("reported for other images of this commit"), "\(rebuilt)")
    }
  }

  @Test func `a build that names only some of its images orders nothing`() async throws {
    try await withStage(Layout(commits: 1)) { stage in
      let digest = "sha256:" + String(repeating: "a", count: 64)
      for images in [
        ["--image", "platform@\(digest)"], ["--image", "other@\(digest)"], ["--image", "platform"],
      ] {
        let ended = try await stage.pawl(
          ["candidate", "add", "--sha", stage.commits[0].text] + images)

        #expect(ended.code == 64, "\(ended)")
      }
      #expect(try Rows.count(stage.journal) ?? 0 == 0)
    }
  }
}
