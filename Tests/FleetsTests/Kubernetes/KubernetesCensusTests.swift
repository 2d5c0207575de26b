import TestSupport
import Testing
import Vocabulary

@testable import Fleets

/// Everybody in the cluster is accounted for before anybody is moved.
@Suite(.timeLimit(.minutes(1))) struct KubernetesCensusTests {
  @Test func `tenants of several namespaces are found`() async throws {
    try await ClusterStage.run { stage in
      stage.make()
      stage.make("other", in: "tenants-us", slug: "acme")
      let acme = Tenant(slug: "acme", address: stage.server.address)

      #expect(await stage.fleet([stage.tenant, acme]).census() == .found([stage.tenant, acme]))
    }
  }

  @Test func `somebody who is not listed holds everything, unless a rule leaves them out`()
    async throws
  {
    try await ClusterStage.run { stage in
      stage.make()
      stage.make("other", slug: "stranger")

      let census = await stage.fleet([stage.tenant]).census()
      let excluding = await stage.fleet([stage.tenant]) { $0 == "stranger" }.census()

      guard case .unknown(let unknown) = census else {
        Issue.record("expected a list that is not known, found \(census)")
        return
      }
      #expect(
        unknown.detail.hasPrefix(
          "Deployment tenants-eu/other is tenant stranger, which pawl.yaml does not list"))
      #expect(excluding == .found([stage.tenant]))
    }
  }

  @Test func `namespaces that are not named are not looked into`() async throws {
    try await ClusterStage.run { stage in
      stage.make()
      stage.make("other", in: "elsewhere", slug: "stranger")
      var narrow = stage
      narrow.namespaces = ["tenants-eu"]

      #expect(await narrow.fleet([stage.tenant]).census() == .found([stage.tenant]))
    }
  }

  @Test func `two workloads of one tenant are ambiguous, and nothing is written`() async throws {
    try await ClusterStage.run { stage in
      stage.make()
      stage.make("twin", in: "tenants-us")
      let image = try await stage.image(ClusterStage.first)

      let census = await stage.fleet([stage.tenant]).census()
      let result = await stage.redeploy(image, ClusterStage.first, generation: 1)

      guard case .unknown(let unknown) = census else {
        Issue.record("expected a list that is not known, found \(census)")
        return
      }
      #expect(unknown.detail.contains("are both called reno-stars"))
      #expect(
        result.unknown?.detail.contains(
          "found Deployment tenants-eu/tenant-reno-stars and Deployment tenants-us/twin") == true,
        "\(result)")
      #expect(stage.patches == 0)
    }
  }

  @Test func `a long list is read in pages, from the beginning when it was forgotten meanwhile`()
    async throws
  {
    try await ClusterStage.run { stage in
      let slugs = try (0..<1_100).map { try TenantSlug(parsing: "tenant-\($0)") }
      for slug in slugs {
        stage.make(slug.text, slug: slug.text) { $0["spec"]?["replicas"] = .whole(0) }
      }
      let tenants = slugs.map { Tenant(slug: $0, address: stage.server.address) }
      let once = Once()
      stage.cluster.misbehave {
        $0.target.contains("continue=") && once.begin()
          ? ScriptedCluster.State.status(410, "Expired") : nil
      }

      #expect(await stage.fleet(tenants).census() == .found(Census(tenants)))

      // One page and a refusal, then three pages; and one of stateful sets.
      #expect(stage.server.received.count == 6)
    }
  }

  @Test func `a tenant without a workload is named when it is to be moved`() async throws {
    try await ClusterStage.run { stage in
      let image = try await stage.image(ClusterStage.first)

      let result = await stage.redeploy(image, ClusterStage.first, generation: 1)

      #expect(
        result.failure?.reason.hasPrefix(
          "the cluster has no Deployment or StatefulSet with pawl.tenant=reno-stars") == true,
        "\(result)")
    }
  }
}
