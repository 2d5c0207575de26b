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
