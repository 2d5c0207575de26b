import Testing
import Vocabulary

extension BadInput {
  struct SettingsInputTests {
    @Test func `a pawl.yaml that is not there`() async throws {
      try await withReleasedStage { stage in
        try await stage.expectRefusal(
          of: "deploy", config: "nowhere.yaml", code: 66,
          says: [
            "expected the settings of the delivery", "there is no file",
            stage.path("nowhere.yaml"), "pawl init",
          ])
      }
    }

    @Test func `a misspelt key is shown where it stands, with the nearest one`() async throws {
      try await withReleasedStage { stage in
        try stage.write(stage.settings.replacing("  soak: 0s", with: "  soack: 0s"))

        let line = try #require(
          stage.settings.split(separator: "\n", omittingEmptySubsequences: false)
            .firstIndex { $0.hasPrefix("  soak:") })
        try await stage.expectRefusal(
          of: "deploy", code: 78,
          says: [
            "pawl.yaml:\(line + 1):3: error: unknown key 'soack' in 'rollout'",
            "did you mean 'soak'",
          ])
      }
    }

    @Test func `every finding is told at once, and none of a password`() async throws {
      try await withReleasedStage { stage in
        try stage.write(
          stage.settings.replacing("cap: 100%", with: "cap: 500%")
            .replacing("{budget: 20s", with: "{budget: soon")
            .replacing(
              "local: {host: ",
              with: "local: {password: correct-horse, username: pawl, auth: basic, host: "))

        let ended = try await stage.pawl("deploy")

        stage.expect(
          ended, 78, ["3 errors", "from 1% to 100%, found '500%'", "found 'soon'", "password"])
        #expect(!ended.says("correct-horse"))
      }
    }

    @Test func `text that is no YAML`() async throws {
      try await withReleasedStage { stage in
        try stage.write("delivery: [stage\nsource: }\n")
        try await stage.expectRefusal(of: "deploy", code: 78, says: ["pawl.yaml:2:", "error:"])
      }
    }

    @Test func `a fleet without a tenant`() async throws {
      try await withReleasedStage { stage in
        let start = try #require(stage.settings.firstRange(of: "    tenants:\n"))
        let end = try #require(stage.settings.firstRange(of: "journal:"))
        let list = stage.settings[start.lowerBound..<end.lowerBound]
        try stage.write(stage.settings.replacing(list, with: "    tenants: []\n"))
        try await stage.expectRefusal(
          of: "deploy", code: 78, says: ["error:", "tenants", "empty"])
      }
    }

    @Test func `a fleet of which every tenant is pinned`() async throws {
      try await withReleasedStage { stage in
        for tenant in stage.tenants {
          let pinned = try await stage.pawl(
            "pin", "set", tenant.slug, "--reason", "looked after by hand")
          #expect(pinned.code == 0, "\(pinned)")
        }
        try await stage.expectRunToEnd(
          of: "deploy", "--sha", stage.commits[1].text, code: 44,
          says: ["halted-empty-fleet", "pin"])
      }
    }
  }
}
