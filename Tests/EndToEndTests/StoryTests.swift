import TestSupport
import Testing
import Vocabulary

/// One release line from its first deploy to a rollback, on real parts only.
@Suite(.timeLimit(.minutes(5)))
struct StoryTests {
  @Test func `releases go forward, a dying canary halts, and a person goes back`() async throws {
    var layout = Layout(commits: 4, built: 0)
    layout.tenants = ["anna", "bert", "cleo", "dora"]
    layout.contexts = ["CI / all-required (push)"]
    try await withStage(layout) { stage in
      for (number, commit) in stage.commits.enumerated() {
        try await stage.images.build(commit, number == 3 ? ["TENANT_CRASH=start"] : [])
        let reported = try await stage.pawl(
          "gate", "report", "--sha", commit.text, "--context", "CI / all-required (push)",
          "--state", "success")
        #expect(reported.code == 0, "\(reported)")
      }

      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      try await stage.expectEverything(on: stage.commits[0])
      try await stage.expectDeploy(of: 2, endsWith: 0, says: "promoted")
      try await stage.expectStatusAgrees(with: stage.commits[2])

      // The older commit.
      let before = try await stage.snapshot()
      try await stage.expectDeploy(of: 1, endsWith: 20, says: "refused-behind")
      #expect(try await stage.snapshot().isOutside(of: before))

      // The one whose tenant dies.
      try await stage.expectDeploy(of: 3, endsWith: 40, says: "halted-canary", "anna")
      let halted = try await stage.snapshot()
      #expect(halted.latest == before.latest)
      for slug in ["bert", "cleo", "dora"] {
        #expect(halted.processes[slug] == before.processes[slug], "\(slug)")
      }
      try await stage.expectEverything(on: stage.commits[2], "the driver took the canary back")

      let back = try await stage.pawl("rollback", "--reason", "the last release is slow")
      #expect(back.code == 0, "\(back)")
      #expect(back.says("rolled-back"))
      try await stage.expectEverything(on: stage.commits[0])
      try await stage.expectDeploy(of: 2, endsWith: 27, says: "refused-production-guard", "hold")
      try await stage.expectEverything(on: stage.commits[0])

      let history: HistoryAnswer = try await stage.ask("history")
      #expect(
        history.items.compactMap(\.conclusion) == [
          "refused-production-guard", "rolled-back", "halted-canary", "refused-behind", "promoted",
          "promoted",
        ])
      try await stage.expectJournalHolds()
    }
  }

  @Test func `a canary that dies after it was proven halts, and the others are untouched`()
    async throws
  {
    var layout = Layout(commits: 2)
    // Proven well before it dies, and still soaking when it does, also on a busy machine.
    layout.soak = "12s"
    layout.misbehaviour[1] = ["TENANT_CRASH=after:6000"]
    try await withStage(layout) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      let before = try await stage.snapshot()

      try await stage.expectDeploy(of: 1, endsWith: 40, says: "halted-canary", "anna")

      let after = try await stage.snapshot()
      #expect(after.latest == before.latest)
      #expect(after.processes["anna"] == nil)
      #expect(after.processes["bert"] == before.processes["bert"])
      #expect(after.processes["cleo"] == before.processes["cleo"])
    }
  }
}

extension Stage {
  /// Deploys a commit by its number, and expects an exit code and some words.
  @discardableResult
  func expectDeploy(
    of number: Int, endsWith code: Int32, says phrases: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Ended {
    let ended = try await pawl("deploy", "--sha", commits[number].text)
    #expect(ended.code == code, "\(ended)", sourceLocation: sourceLocation)
    for phrase in phrases {
      #expect(ended.says(phrase), "\(phrase) in \(ended)", sourceLocation: sourceLocation)
    }
    return ended
  }

  /// Compares what `pawl status` says with what the tenants and the registry say themselves.
  fileprivate func expectStatusAgrees(with commit: Commit) async throws {
    try await expectEverything(on: commit)
    let status: StatusAnswer = try await ask("status")
    #expect(status.release?.commit == commit.text)
    #expect(status.disagreements == [])
    #expect(status.openIntents == [])
    #expect(status.runs.isEmpty)
    let served = try await served()
    let tenantImage = try await built(commit)[1]?.text
    for tenant in status.tenants {
      #expect(tenant.live?.commit == served[tenant.slug], "\(tenant.slug)")
      #expect(tenant.proven == commit.text, "\(tenant.slug)")
      #expect(tenant.ordered?.digest == tenantImage, "\(tenant.slug)")
    }
    #expect(status.tenants.count == tenants.count)
    let latest = try await latest()
    #expect(status.channels.map(\.digest) == latest.map { $0?.text })
    #expect(status.channels.allSatisfy { $0.agrees == true && $0.commit == commit.text })
    // Not only one digest: the very bytes.
    for repository in Images.repositories {
      let promoted = try await registry.manifest(repository, "latest")
      #expect(promoted != nil)
      #expect(promoted == (try await registry.manifest(repository, Images.tag(commit).text)))
    }
  }
}
