import Foundation
import TestSupport
import Testing
import Vocabulary

/// Channels that somebody else moves, on the real binary.
struct DriftTests {
  @Test func `a tag that somebody has moved is found, and healed only forward`() async throws {
    try await withReleasedStage { stage in
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      let fine = try await stage.pawl("drift")
      #expect(fine.code == 0, "\(fine)")
      #expect(fine.says("latest-prev-", "kept"))

      let older = try #require(
        try await stage.registry.manifest(
          Images.platform, try Images.tag(stage.commits[0]).text))
      try await stage.registry.push(
        BuiltManifest(
          bytes: older, mediaType: "application/vnd.oci.image.manifest.v1+json", blobs: [],
          children: []), to: Images.platform, tags: ["latest"])

      let found = try await stage.pawl("drift")
      #expect(found.code == 26, "\(found)")
      #expect(found.says("acme/platform:latest", "somebody else with push rights", "drift --heal"))

      let healed = try await stage.pawl("drift", "--heal")
      #expect(healed.code == 0, "\(healed)")
      #expect(try await stage.pawl("drift").code == 0)
    }
  }

  @Test func `a pin whose content is gone is red`() async throws {
    try await withReleasedStage { stage in
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      let left = try #require(try await stage.built(stage.commits[0])[0])
      try await stage.registry.delete(Images.platform, left)

      let found = try await stage.pawl("drift")

      #expect(found.code == 26, "\(found)")
      #expect(
        found.says(
          "acme/platform:latest-prev-", "gone: what it kept may have been collected",
          "acme/platform-tenant:latest-prev-", "kept"), "\(found)")
    }
  }

  @Test func `a pin is red, too, when what its image consists of is gone`() async throws {
    try await withReleasedStage { stage in
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      let tag = try Images.tag(stage.commits[0]).text
      let manifest = try #require(try await stage.registry.manifest(Images.platform, tag))
      try await stage.registry.deleteBlob(Images.platform, try Self.config(in: manifest))

      let found = try await stage.pawl("drift")

      #expect(found.code == 26, "\(found)")
      #expect(
        found.says(
          "acme/platform:latest-prev-", "gone: ", "the image names this config, and it is not there"
        ), "\(found)")
    }
  }

  private static func config(in manifest: [UInt8]) throws -> Digest {
    struct Document: Decodable {
      struct Config: Decodable { let digest: String }
      let config: Config
    }
    let document = try JSONDecoder().decode(Document.self, from: Data(manifest))
    return try Digest(parsing: document.config.digest)
  }

  @Test(arguments: ["newer", "unlabelled"])
  func `a tag that was moved to something newer or unlabelled goes back only when a person says so`(
    what: String
  ) async throws {
    try await withStage(Layout(commits: 3)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      let image =
        what == "newer"
        ? FixtureImage.release(of: stage.commits[2], source: Images.source) : FixtureImage()
      let moved = try await stage.registry.push(image, to: Images.platform, tags: ["latest"])

      let refused = try await stage.pawl("drift", "--heal")
      #expect(refused.code == (what == "newer" ? 20 : 23), "\(refused)")
      #expect(
        try await stage.registry.manifest(Images.platform, "latest") == image.built.bytes,
        "\(moved)")

      let healed = try await stage.pawl(
        "drift", "--heal", "--allow-backwards", "--reason", "somebody pushed by hand")
      #expect(healed.code == 0, "\(healed)")
      let fine = try await stage.pawl("drift")
      #expect(fine.code == 0, "\(fine)")
    }
  }

  @Test func `a pointer to the newest candidate that somebody has moved is found`() async throws {
    try await withStage(Layout(commits: 2)) { stage in
      let channel = "latest: {follows: proven, lock_delay: 1s}"
      try stage.write(
        stage.settings.replacing(
          channel, with: channel + "\n  staging-latest: {follows: candidates, lock_delay: 1s}"))
      let added = try await stage.pawl("candidate", "add", "--sha", stage.commits[1].text)
      #expect(added.code == 0, "\(added)")
      let fine = try await stage.pawl("drift")
      #expect(fine.code == 0, "\(fine)")

      let older = try #require(
        try await stage.registry.manifest(Images.tenant, try Images.tag(stage.commits[0]).text))
      try await stage.registry.push(
        BuiltManifest(
          bytes: older, mediaType: "application/vnd.oci.image.manifest.v1+json", blobs: [],
          children: []), to: Images.tenant, tags: ["staging-latest"])

      // There is no release to put it back to.
      for arguments in [["drift"], ["drift", "--heal"]] {
        let found = try await stage.pawl(arguments)
        #expect(found.code == 26, "\(found)")
        #expect(
          found.says("acme/platform-tenant:staging-latest", "the next candidate moves it on"),
          "\(found)")
      }
    }
  }

  @Test func `who the registries are told that we are is said when a run begins`() async throws {
    try await withReleasedStage { stage in
      let ended = try await stage.pawl("deploy", "--sha", stage.commits[0].text)

      #expect(ended.says("\(stage.registry.host): as nobody in particular"), "\(ended)")
    }
  }

  @Test func `the doctor tries what a release will do and changes nothing`() async throws {
    try await withReleasedStage { stage in
      let ended = try await stage.pawl("doctor")

      #expect(ended.code == 0, "\(ended)")
      #expect(ended.says("acme/platform ", "acme/platform-tenant ", "may pull, may push"))
    }
  }
}
