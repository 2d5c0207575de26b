import Testing
import Vocabulary

extension BadInput {
  struct GuardTests {
    @Test func `the kill switch holds everything, and the same command goes on without it`()
      async throws
    {
      try await withReleasedStage { stage in
        let killed = try await stage.pawl("kill", "set", "--reason", "the database is on fire")
        #expect(killed.code == 0, "\(killed)")
        try await stage.expectRunToEnd(
          of: "deploy", "--sha", stage.commits[1].text, code: 30,
          says: ["stopped-kill-switch", "the database is on fire", "tester", "pawl kill clear"])

        let cleared = try await stage.pawl("kill", "clear", "--reason", "it is out")
        #expect(cleared.code == 0, "\(cleared)")
        try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      }
    }

    @Test func `a hold refuses what begins`() async throws {
      try await withReleasedStage { stage in
        let held = try await stage.pawl("hold", "set", "--reason", "Friday evening")
        #expect(held.code == 0, "\(held)")
        try await stage.expectRunToEnd(
          of: "deploy", "--sha", stage.commits[1].text, code: 27,
          says: ["refused-production-guard", "Friday evening", "tester", "pawl hold clear"])
      }
    }

    @Test func `a tainted commit is refused`() async throws {
      try await withReleasedStage { stage in
        let commit = stage.commits[1].text
        let tainted = try await stage.pawl("taint", "set", commit, "--reason", "loses mail")
        #expect(tainted.code == 0, "\(tainted)")
        try await stage.expectRunToEnd(
          of: "deploy", "--sha", commit, code: 27,
          says: ["refused-production-guard", "loses mail", "tester"])
      }
    }

    @Test func `a red check refuses`() async throws {
      var layout = Layout(commits: 2)
      layout.contexts = ["E2E API Smoke Test (push)"]
      layout.tenants = ["anna"]
      try await withStage(layout) { stage in
        let reported = try await stage.pawl(
          "gate", "report", "--sha", stage.commits[1].text, "--context",
          "E2E API Smoke Test (push)", "--state", "failure")
        #expect(reported.code == 0, "\(reported)")
        try await stage.expectRunToEnd(
          of: "deploy", "--sha", stage.commits[1].text, code: 24,
          says: ["refused-gate-red", "E2E API Smoke Test (push)"])
        #expect(try stage.processes().isEmpty)
        #expect(try await stage.latest() == [nil, nil])
      }
    }
  }
}
