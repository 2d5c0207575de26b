import TestSupport
import Testing
import Vocabulary

/// One channel over two registries, one of which has its builds copied from the other.
struct TwoRegistriesTests {
  @Test func `a release ends in both registries with the same digests`() async throws {
    try await withRegistry(.password) { mirror in
      var layout = Layout(commits: 2)
      layout.tenants = ["anna", "bert"]
      try await withStage(layout) { stage in
        let registries = """
          mirror: {host: "\(mirror.host)", auth: basic, username: \(RegistryServer.user),
                password: {file: password}, copy_from: local}
            local:
          """
        try stage.write(RegistryServer.password + "\n", to: "password")
        try stage.write(
          stage.settings.replacing("  local:", with: "  " + registries).replacing(
            "  driver: processes", with: "  driver: processes\n    registry: local"))

        for (number, commit) in stage.commits.enumerated() {
          if number > 0 { try await expectPretence(of: commit, stage, mirror) }
          let ended = try await stage.pawl("deploy", "--sha", commit.text)
          #expect(ended.code == 0, "\(ended)")
          #expect(ended.says("\(mirror.host): as 'pawl' of password"))
          for repository in Images.repositories {
            let tag = try Images.tag(commit).text
            let build = try await stage.registry.manifest(repository, tag)
            #expect(build != nil)
            #expect(try await stage.registry.manifest(repository, "latest") == build)
            #expect(try await mirror.manifest(repository, "latest") == build, "\(number)")
          }
        }
        let drift = try await stage.pawl("drift")
        #expect(drift.code == 0, "\(drift)")
        #expect(drift.says("\(mirror.host)/acme/platform:latest-prev-"))
      }
    }
  }

  /// A dry run tells of copies and tags, and leaves both registries as they are.
  private func expectPretence(
    of commit: Commit, _ stage: Stage, _ mirror: RegistryServer
  ) async throws {
    #expect(try await stage.pawl("rollout", "--sha", commit.text).code == 0)
    let before = try await stage.latest()
    let shown = try await mirror.manifest(Images.platform, "latest")

    let ended = try await stage.pawl("promote", "--sha", commit.text, "--dry-run")

    #expect(ended.code == 0, "\(ended)")
    #expect(
      ended.says(
        "promote \(commit) would end promoted",
        "from \(stage.registry.host)/acme/platform to \(mirror.host)/acme/platform",
        "\(mirror.host)/acme/platform:latest", "nothing was changed"), "\(ended)")
    #expect(try await stage.latest() == before)
    #expect(try await mirror.manifest(Images.platform, "latest") == shown)
  }
}
