import Settings
import Testing
import Vocabulary

/// What a run is held to.
struct PlanTests {
  private let commit: Commit = "0123456789abcdef0123456789abcdef01234567"

  private let text = """
    delivery: platform
    source: {forge: git, url: ., branch: release, image_source: "https://git.example.com/acme/platform"}
    images:
      - {name: platform, build: "{registry}/acme/platform:staging-{sha}"}
      - {name: platform-tenant, build: "{registry}/acme/platform-tenant:{sha}-amd64"}
    registries:
      prod: {host: prod.example.com}
      staging: {host: "127.0.0.1:5000"}
      tenants: {host: tenants.example.com}
    channels:
      staging-latest: {follows: candidates, in: [staging]}
      latest: {follows: proven, in: [prod, staging], keep_previous: 2, lock_delay: 5s}
    gates: {contexts: {required: [tests, "E2E (push)"], timeout: 5m}}
    rollout: {canary: [acme], soak: 1s, batch: 2, max_stragglers: 1, on_failure: revert}
    verify: {samples: 3}
    fleets:
      production:
        driver: processes
        image: platform-tenant
        registry: tenants
        tenants: [{slug: acme, url: "http://127.0.0.1:1"}, {slug: b, url: "http://127.0.0.1:2"}]

    """

  @Test func `builds are named in every registry that is used, each once`() throws {
    let plan = try accepted(text).plan(for: commit)

    #expect(
      plan.releaseSet.members.map { $0.builds.map(\.text) } == [
        [
          "127.0.0.1:5000/acme/platform:staging-0123456789abcdef0123456789abcdef01234567",
          "prod.example.com/acme/platform:staging-0123456789abcdef0123456789abcdef01234567",
          "tenants.example.com/acme/platform:staging-0123456789abcdef0123456789abcdef01234567",
        ],
        [
          "127.0.0.1:5000/acme/platform-tenant:0123456789abcdef0123456789abcdef01234567-amd64",
          "prod.example.com/acme/platform-tenant:0123456789abcdef0123456789abcdef01234567-amd64",
          "tenants.example.com/acme/platform-tenant:0123456789abcdef0123456789abcdef01234567-amd64",
        ],
      ])
    #expect(plan.releaseSet.source == "https://git.example.com/acme/platform")
  }

  @Test func `a channel has a member for each image in each of its registries`() throws {
    let plan = try accepted(text).plan(for: commit)

    #expect(plan.channels.map(\.name) == ["staging-latest", "latest"])
    #expect(plan.channels.map(\.follows) == [.candidates, .proven])
    #expect(plan.channels[1].previousKept == 2)
    #expect(plan.channels[1].lockDelay == .seconds(5))
    #expect(
      plan.channels[1].members.map { "\($0.image) \($0.location)" } == [
        "platform prod.example.com/acme/platform", "platform 127.0.0.1:5000/acme/platform",
        "platform-tenant prod.example.com/acme/platform-tenant",
        "platform-tenant 127.0.0.1:5000/acme/platform-tenant",
      ])
  }

  @Test func `registries are asked beforehand where that is wanted or there are rules`()
    throws
  {
    let ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    let plan = try accepted(
      text.replacing("host: prod.example.com", with: "host: \(ecr), auth: ecr")
        .replacing("lock_delay: 5s", with: "lock_delay: 5s, try_pushing: true")
    ).plan(for: commit)

    #expect(
      plan.channels.map { $0.members.map(\.probes) } == [
        [nil, nil], [[.rules, .upload], [.upload], [.rules, .upload], [.upload]],
      ])
  }

  @Test func `the rest of the plan is what the file says`() throws {
    let plan = try accepted(text).plan(for: commit)

    #expect(plan.branch == "release")
    #expect(plan.gates == GatePlan(required: ["tests", "E2E (push)"], timeout: .minutes(5)))
    #expect(plan.tenantImage == "platform-tenant")
    #expect(plan.tenantLocation == "tenants.example.com/acme/platform-tenant")
    #expect(
      plan.rollout
        == RolloutPlan(
          canary: .slugs(["acme"]), soak: .seconds(1), batch: .fixed(2), stragglersMax: 1,
          settle: SettleBudget(
            budget: .seconds(240), pauseFirst: .milliseconds(500), pauseMax: .seconds(10),
            samples: 3, experience: .unknown),
          onFailure: .revert, mustFinishAfter: 3
        ).countingAgain.provingInSoak.heedingFreezes)
  }

  @Test func `a commit of a SHA-256 repository fills the templates too`() throws {
    let long = try Commit(parsing: String(repeating: "ab", count: 32))

    let plan = try accepted(text).plan(for: long)

    #expect(
      plan.releaseSet.members[0].builds[0].text
        == "127.0.0.1:5000/acme/platform:staging-"
        + "abababababababababababababababababababababababababababababababab"
    )
  }
}
