import Foundation
import TestSupport
import Testing
import Vocabulary

/// Tenants that are in no release, and are moved after its promotion.
@Suite(.timeLimit(.minutes(5)))
struct FollowersTests {
  private static let followers = ["finn", "gwen"]

  private static var layout: Layout {
    var layout = Layout(commits: 2)
    layout.tenants = ["anna", "bert", "cleo", "dora"] + followers
    return layout
  }

  @Test func `a promotion comes first, and its followers are moved and proven after it`()
    async throws
  {
    try await withStage(Self.layout) { stage in
      try stage.write(try stage.settings(stage.settings, following: Self.followers))
      let plan = try await stage.pawl("plan", "--sha", stage.commits[0].text)
      stage.expect(plan, 0, ["finn  follows by tier=free"])

      let deployed = try await stage.expectDeploy(
        of: 0, endsWith: 0, says: "run 1: promoted: 4 tenants serve",
        "left out: finn (follows by tier=free), gwen (follows by tier=free)",
        "run 2: follow-up \(stage.commits[0])", "run 2: proven: 2 tenants serve")

      try await stage.expectEverything(on: stage.commits[0])
      let told = deployed.output + deployed.complaint
      let promoted = try #require(told.firstRange(of: "run 1: promoted"))
      for follower in Self.followers {
        let proven = try #require(told.firstRange(of: "tenant \(follower): proven"))
        #expect(promoted.lowerBound < proven.lowerBound)
      }
      let status = try await stage.pawl("status")
      stage.expect(status, 0, ["followers: all 2 serve what is released"])
      let list = try await stage.pawl("fleet", "list")
      stage.expect(list, 0, ["4 in scope", "2 following"])

      // The same command again restarts nobody.
      let before = try stage.processes()
      try await stage.expectDeploy(of: 0, endsWith: 10, says: "noop", "run 4: noop")
      #expect(try stage.processes() == before)
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      try await stage.expectEverything(on: stage.commits[1])
      let back = try await stage.pawl("rollback", "--reason", "it burns")
      stage.expect(back, 0, ["rolled-back", "proven: 2 tenants serve"])
      try await stage.expectEverything(on: stage.commits[0])
      try await stage.expectJournalHolds()
    }
  }

  @Test func `a follower that is wedged is named, and the promotion stands`() async throws {
    try await withMoverStage(Self.layout, mover: Self.mover) { stage in
      var layout = stage.moverSettings
      layout = layout.replacing("settle: {budget: 20s", with: "settle: {budget: 12s")
      try stage.write(try stage.settings(layout, following: Self.followers))
      try await stage.moveTenants(to: stage.commits[0])
      try stage.write("", to: "wedged-finn")

      let deployed = try await stage.expectDeploy(
        of: 1, endsWith: 51, says: "run 1: promoted", "lagging: promoted, and stands",
        "finn: ", "gwen: was not reached", "pawl redeploy")

      let (old, new) = (stage.commits[0].text, stage.commits[1].text)
      #expect(try await stage.latest() == stage.built(stage.commits[1]), "\(deployed)")
      #expect(
        try await stage.served()
          == ["anna": new, "bert": new, "cleo": new, "dora": new, "finn": old, "gwen": old])
      let status = try await stage.pawl("status")
      stage.expect(status, 0, ["followers: 2 of 2 do not serve what is released yet: finn, gwen"])
      let list = try await stage.pawl("fleet", "list")
      stage.expect(list, 0, ["follows, and is behind, quarantined"])

      try FileManager.default.removeItem(atPath: stage.path("wedged-finn"))
      try await stage.expectDeploy(of: 1, endsWith: 10, says: "noop", "proven: 2 tenants serve")
      try await stage.expectEverything(on: stage.commits[1])
    }
  }

  @Test func `a follow-up whose process is killed is finished by the next one`() async throws {
    try await withMoverStage(Self.layout, mover: Self.mover) { stage in
      try stage.write(try stage.settings(stage.moverSettings, following: Self.followers))
      try await stage.moveTenants(to: stage.commits[0])
      try stage.write("", to: "deadly-finn")

      let killed = try await stage.pawl("deploy", "--sha", stage.commits[1].text)

      #expect(killed.code == 128 + 9, "\(killed)")
      #expect(try await stage.latest() == stage.built(stage.commits[1]))
      #expect(try await stage.served()["finn"] == stage.commits[0].text)
      try await stage.expectDeploy(
        of: 1, endsWith: 10, says: "run 3: noop: 4 tenants serve", "run 4: noop: 2 tenants serve")
      let history = try await stage.pawl("history")
      stage.expect(history, 0, ["run 2: proven: 2 tenants serve"])
      try await stage.expectEverything(on: stage.commits[1])
      try await stage.expectJournalHolds()
    }
  }

  /// A mover that says of a wedged tenant that it was moved, and does nothing; and that takes pawl with it at
  /// a deadly one, once.
  private static let mover = MoverProgram.script.replacing(
    "echo \"$*\" >>calls\n",
    with: """
      echo "$*" >>calls
      if [ -e "wedged-$slug" ]; then
        echo '{"result": "restarted"}'
        exit
      fi
      if [ -e "deadly-$slug" ]; then
        rm "deadly-$slug"
        kill -9 "$PPID"
        exit 1
      fi

      """)
}

extension Stage {
  /// `settings`, in which these follow, one after the other.
  fileprivate func settings(_ settings: String, following slugs: [String]) throws -> String {
    var settings = settings.replacing(
      "rollout:\n",
      with: """
        rollout:
          followers: {select: {label: tier=free}, within: 4m, batch: 1}

        """)
    for slug in slugs {
      let tenant = try #require(tenants.first { $0.slug == slug })
      settings = settings.replacing(
        "{slug: \(slug), url: \"\(tenant.url)\"}",
        with: "{slug: \(slug), url: \"\(tenant.url)\", labels: {tier: free}}")
    }
    return settings
  }
}
